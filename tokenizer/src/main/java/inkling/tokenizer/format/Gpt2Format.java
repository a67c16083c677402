package inkling.tokenizer.format;

import inkling.tokenizer.bpe.BpeModel;
import inkling.tokenizer.bpe.SpecialToken;
import inkling.tokenizer.bpe.Vocabulary;
import inkling.tokenizer.file.ReplacedFile;
import inkling.tokenizer.json.JsonPlace;
import inkling.tokenizer.json.JsonReader;
import inkling.tokenizer.json.JsonValue;
import inkling.tokenizer.json.JsonValue.JsonInteger;
import inkling.tokenizer.json.JsonValue.JsonObject;
import inkling.tokenizer.json.JsonWriter;
import inkling.tokenizer.normal.Normalization;
import inkling.tokenizer.split.SplitPattern;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// GPT-2's pair of files: `vocab.json` maps tokens to ids, `merges.txt` lists the merges in order, one `left
/// right` a line.
///
/// The files do not say which tokens are special. A token that no merge makes and that is written `<…>` or
/// `[…]` is taken for one.
public final class Gpt2Format {
    /// The name of the first file.
    public static final String VOCABULARY = "vocab.json";

    /// The name of the second file.
    public static final String MERGES = "merges.txt";

    private Gpt2Format() {}

    /// Reads the two files.
    public static BpeModel read(Path vocabulary, Path merges, SplitPattern pattern) throws IOException {
        ModelBuilder builder = new ModelBuilder(vocabulary.toString());
        JsonPlace root = JsonReader.read(vocabulary);
        builder.tokens(root);
        readMerges(merges, builder);
        for (Map.Entry<String, Integer> outside : builder.tokensOutsideMerges().entrySet()) {
            String token = outside.getKey();
            if (token.startsWith("<") && token.endsWith(">") || token.startsWith("[") && token.endsWith("]")) {
                builder.special(token, outside.getValue());
            }
        }
        return builder.build(pattern, false, Normalization.NONE);
    }

    private static void readMerges(Path merges, ModelBuilder builder) throws IOException {
        try (InputStream input = Files.newInputStream(merges)) {
            LineReader lines = new LineReader(merges.toString(), input, StandardCharsets.UTF_8);
            for (String line = lines.next(); line != null; line = lines.next()) {
                if (line.isEmpty() || lines.number() == 1 && line.startsWith("#version")) {
                    continue;
                }
                int space = line.indexOf(' ');
                if (space <= 0 || space != line.lastIndexOf(' ') || space == line.length() - 1) {
                    String shown = line.length() > 40 ? line.substring(0, 40) + "…" : line;
                    throw lines.error("expected two tokens with a space between, found \"" + shown + "\"");
                }
                builder.merge(line, space, space + 1);
            }
        }
    }

    /// Writes the two files into a folder.
    public static void write(BpeModel model, Path folder) throws IOException {
        JsonWriter.write(folder.resolve(VOCABULARY), vocabulary(model));
        try (ReplacedFile file = ReplacedFile.create(folder.resolve(MERGES))) {
            Writer writer = file.writer(StandardCharsets.UTF_8);
            writer.append("#version: 0.2\n");
            for (long pair : model.merges().pairsByRank()) {
                writer.append(letters(model, (int) (pair >>> 20)))
                        .append(' ')
                        .append(letters(model, (int) pair & Vocabulary.MAX_SIZE - 1))
                        .append('\n');
            }
            writer.flush();
            file.commit();
        }
    }

    /// All tokens with their ids as a JSON object in the order of ids.
    static JsonObject vocabulary(BpeModel model) {
        Map<Integer, String> specials = new LinkedHashMap<>();
        for (SpecialToken special : model.specials()) {
            specials.put(special.id(), special.text());
        }
        Map<String, JsonValue> members = new LinkedHashMap<>();
        for (int id = 0; id < model.vocabulary().size(); id++) {
            if (model.vocabulary().contains(id)) {
                String special = specials.get(id);
                members.put(special != null ? special : letters(model, id), new JsonInteger(id));
            }
        }
        return new JsonObject(members);
    }

    /// The printable letters of a token.
    static String letters(BpeModel model, int id) {
        return ByteAlphabet.letters(model.vocabulary().bytes(id));
    }
}
