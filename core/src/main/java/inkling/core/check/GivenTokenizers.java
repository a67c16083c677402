package inkling.core.check;

import inkling.tokenizer.Tokenizer;
import inkling.tokenizer.format.ByteAlphabet;
import inkling.tokenizer.json.JsonPlace;
import inkling.tokenizer.json.JsonValue;
import inkling.tokenizer.json.JsonValue.JsonInteger;
import inkling.tokenizer.json.JsonValue.JsonObject;
import inkling.tokenizer.json.JsonWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The tokenizers of the references, and what they are compared by.
final class GivenTokenizers {
    private GivenTokenizers() {}

    /// OpenAI's GPT-2 tokenizer from its two files.
    static Tokenizer gpt2(References references) throws IOException {
        try (TemporaryFolder folder = TemporaryFolder.create()) {
            Files.copy(references.path("tokenizer/gpt2_vocab.json"), folder.resolve("vocab.json"));
            Files.copy(references.path("tokenizer/gpt2_merges.txt"), folder.resolve("merges.txt"));
            return Tokenizer.load(folder.path());
        }
    }

    /// A tokenizer of published merges whose ids are: 0 = `<|endoftext|>`, 1 to 256 the bytes in their own order, then
    /// the merges.
    static Tokenizer ofMerges(Path merges) throws IOException {
        Map<String, JsonValue> vocabulary = new LinkedHashMap<>();
        vocabulary.put("<|endoftext|>", new JsonInteger(0));
        for (int b = 0; b < 256; b++) {
            vocabulary.put(ByteAlphabet.letters(new byte[] {(byte) b}), new JsonInteger(1 + b));
        }
        for (String line : Files.readAllLines(merges)) {
            vocabulary.put(line.replace(" ", ""), new JsonInteger(vocabulary.size()));
        }
        try (TemporaryFolder folder = TemporaryFolder.create()) {
            JsonWriter.write(folder.resolve("vocab.json"), new JsonObject(vocabulary));
            Files.copy(merges, folder.resolve("merges.txt"));
            return Tokenizer.load(folder.path());
        }
    }

    /// The learnt merges in their order, as GPT-2 writes them: `left right` in printable letters.
    static List<String> merges(Tokenizer tokenizer) throws IOException {
        try (TemporaryFolder folder = TemporaryFolder.create()) {
            tokenizer.save(folder.path());
            List<String> lines = Files.readAllLines(folder.resolve("merges.txt"));
            return lines.subList(1, lines.size());
        }
    }

    /// Merges given as pairs of hexadecimal bytes, in the same writing.
    static List<String> mergesOfHex(JsonPlace merges) throws IOException {
        List<String> lines = new ArrayList<>();
        for (JsonPlace merge : merges.items()) {
            lines.add(letters(merge.item(0)) + " " + letters(merge.item(1)));
        }
        return lines;
    }

    private static String letters(JsonPlace hex) throws IOException {
        return ByteAlphabet.letters(HexFormat.of().parseHex(hex.text()));
    }

    /// An array of texts.
    static List<String> texts(JsonPlace array) throws IOException {
        List<String> texts = new ArrayList<>();
        for (JsonPlace item : array.items()) {
            texts.add(item.text());
        }
        return texts;
    }

    /// An array of ids.
    static int[] ids(JsonPlace array) throws IOException {
        int[] ids = new int[array.items().size()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = array.item(i).integer(0, Integer.MAX_VALUE);
        }
        return ids;
    }

    /// How many places differ, counting what one has and the other lacks.
    static int differences(int[] actual, int... expected) {
        int different = Math.abs(actual.length - expected.length);
        for (int i = 0; i < Math.min(actual.length, expected.length); i++) {
            different += actual[i] == expected[i] ? 0 : 1;
        }
        return different;
    }

    /// How many places differ, counting what one has and the other lacks.
    static int differences(List<String> actual, List<String> expected) {
        int different = Math.abs(actual.size() - expected.size());
        for (int i = 0; i < Math.min(actual.size(), expected.size()); i++) {
            different += actual.get(i).equals(expected.get(i)) ? 0 : 1;
        }
        return different;
    }
}
