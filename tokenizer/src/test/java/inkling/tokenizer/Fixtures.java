package inkling.tokenizer;

import inkling.testkit.SharedData;
import inkling.tokenizer.format.ByteAlphabet;
import inkling.tokenizer.json.JsonPlace;
import inkling.tokenizer.json.JsonReader;
import inkling.tokenizer.json.JsonValue;
import inkling.tokenizer.json.JsonValue.JsonInteger;
import inkling.tokenizer.json.JsonWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/// Reference data as tests need it.
final class Fixtures {
    private static final String COURSE = "fixtures/cs336/tokenizer/";

    private Fixtures() {}

    /// A file of the course's tokenizer tests.
    static Path course(String name) {
        return SharedData.path(COURSE + name);
    }

    /// OpenAI's GPT-2 tokenizer, from the course's two files, laid out in `folder`.
    static Tokenizer gpt2(Path folder) throws IOException {
        Files.copy(course("gpt2_vocab.json"), folder.resolve("vocab.json"));
        Files.copy(course("gpt2_merges.txt"), folder.resolve("merges.txt"));
        return Tokenizer.load(folder);
    }

    /// A published rank file.
    static Tokenizer published(String name) throws IOException {
        return Tokenizer.load(SharedData.path("data/tokenizers/" + name + ".tiktoken.gz"));
    }

    /// A tokenizer of the given merges whose ids are: 0 = `<|endoftext|>`, 1 to 256 the bytes in their own
    /// order, then the merges.
    static Tokenizer fromMerges(Path merges, Path folder) throws IOException {
        Map<String, JsonValue> vocabulary = new LinkedHashMap<>();
        vocabulary.put("<|endoftext|>", new JsonInteger(0));
        for (int b = 0; b < 256; b++) {
            vocabulary.put(ByteAlphabet.letters(new byte[] {(byte) b}), new JsonInteger(1 + b));
        }
        for (String line : Files.readAllLines(merges)) {
            vocabulary.put(line.replace(" ", ""), new JsonInteger(vocabulary.size()));
        }
        JsonWriter.write(folder.resolve("vocab.json"), new JsonValue.JsonObject(vocabulary));
        Files.copy(merges, folder.resolve("merges.txt"));
        return Tokenizer.load(folder);
    }

    /// A JSON file.
    static JsonPlace json(Path file) throws IOException {
        return JsonReader.read(file);
    }

    /// An array of integers.
    static int[] ints(JsonPlace array) throws IOException {
        int[] values = new int[array.items().size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.item(i).integer(0, Integer.MAX_VALUE);
        }
        return values;
    }

    /// An array of texts.
    static List<String> texts(JsonPlace array) throws IOException {
        List<String> values = new ArrayList<>();
        for (JsonPlace item : array.items()) {
            values.add(item.text());
        }
        return values;
    }

    /// All bytes of a file, unpacked where its name ends in `.gz`.
    static byte[] bytes(Path file) throws IOException {
        try (InputStream input = Files.newInputStream(file)) {
            return file.toString().endsWith(".gz") ? new GZIPInputStream(input).readAllBytes() : input.readAllBytes();
        }
    }

    /// The learnt merges of a tokenizer as pairs of hexadecimal bytes.
    static List<String> mergesInHex(Tokenizer tokenizer) {
        List<String> merges = new ArrayList<>();
        for (long pair : tokenizer.model().merges().pairsByRank()) {
            HexFormat hex = HexFormat.of();
            merges.add(hex.formatHex(tokenizer.tokenBytes((int) (pair >>> 20))) + " "
                    + hex.formatHex(tokenizer.tokenBytes((int) pair & 0xFFFFF)));
        }
        return merges;
    }
}
