package inkling.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import inkling.testkit.Garbage;
import inkling.tokenizer.json.JsonReader;
import inkling.tokenizer.json.JsonValue;
import inkling.tokenizer.json.JsonValue.JsonArray;
import inkling.tokenizer.json.JsonValue.JsonBoolean;
import inkling.tokenizer.json.JsonValue.JsonDecimal;
import inkling.tokenizer.json.JsonValue.JsonInteger;
import inkling.tokenizer.json.JsonValue.JsonNull;
import inkling.tokenizer.json.JsonValue.JsonObject;
import inkling.tokenizer.json.JsonValue.JsonString;
import inkling.tokenizer.json.JsonWriter;
import inkling.tokenizer.split.SplitPattern.Known;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever a tokenizer's files hold: a tokenizer that encodes, or one sentence with the file's name; and never
/// much memory.
final class FuzzedFilesTest {
    private static final long MAX_ALLOCATION = 96 << 20;
    private static final String[] STRANGE = {
        "", " ", "Ġ", "zq", "\u0000", "!!", "a b", "x".repeat(5_000), "a\n\rb", "\u2028"
    };

    @TempDir
    Path folder;

    private Path good = Path.of("");

    @BeforeEach
    void write_good_files() throws IOException {
        good = folder.resolve("good");
        SmallTokenizer.of(Known.CL100K).save(good);
        SmallTokenizer.of(Known.GPT2).save(good.resolve("r50k_base.tiktoken"));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void changed_trees_of_tokenizer_json(long seed) throws IOException {
        Random random = new Random(seed);
        JsonValue tree = JsonReader.read(good.resolve("tokenizer.json")).value();
        Path file = folder.resolve("tokenizer.json");
        for (int i = 0; i < 150; i++) {
            JsonValue bad = tree;
            for (int change = 1 + random.nextInt(2); change > 0; change--) {
                bad = change(bad, random, 0);
            }
            JsonWriter.write(file, bad);
            loadOrRefuse(file, seed + " " + i);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"vocab.json", "merges.txt", "r50k_base.tiktoken"})
    void changed_lines(String name) throws IOException {
        Random random = new Random(name.hashCode());
        Files.delete(good.resolve("tokenizer.json"));
        Path target = good.resolve(name);
        List<String> lines = Files.readAllLines(target);
        Path loaded = name.endsWith("tiktoken") ? target : good;
        for (int i = 0; i < 500; i++) {
            List<String> bad = new ArrayList<>(lines);
            for (int change = 1 + random.nextInt(3); change > 0; change--) {
                changeLine(bad, random);
            }
            Files.write(target, bad);
            loadOrRefuse(loaded, name + " " + i);
        }
    }

    @Test
    void huge_lines_and_deep_or_wide_json_are_refused_early() throws IOException {
        Files.delete(good.resolve("tokenizer.json"));
        String half = "x".repeat(30 << 20);
        Files.writeString(good.resolve("merges.txt"), half + " " + half);
        assertRefused(good, "merges.txt line 1: expected a line of at most 131072 bytes");
        Path ranks = Files.writeString(folder.resolve("r50k_base.tiktoken"), half + half);
        assertRefused(ranks, "line 1: expected a line of at most");
        String deep = "{\"model\":" + "[".repeat(1 << 20) + "]".repeat(1 << 20) + "}";
        assertRefused(Files.writeString(folder.resolve("deep.json"), deep), "deep.json");
        assertRefused(Files.writeString(folder.resolve("name.json"), "{\"" + half + "\":1}"), "name.json");
        String regex = "\"Regex\": \"" + "(".repeat(100_000);
        String json = Files.readString(writeJson()).replace("\"Regex\": \"", regex);
        assertRefused(Files.writeString(folder.resolve("regex.json"), json), "split pattern of at most");
    }

    @Test
    void a_small_packed_file_does_not_become_a_huge_one() throws IOException {
        Path bomb = folder.resolve("bomb.json.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(bomb))) {
            out.write('[');
            byte[] zeros = "0,".repeat(1 << 19).getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < 100; i++) {
                out.write(zeros);
            }
        }
        assertThatThrownBy(() -> Tokenizer.load(bomb))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("bomb.json.gz")
                .hasMessageContaining("values in one document");
        Path ranks = folder.resolve("r50k_base.tiktoken.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(ranks))) {
            for (int i = 0; i < 5_000; i++) {
                byte[] token = new byte[3_000];
                token[i % 3_000] = (byte) (1 + i / 3_000);
                out.write((Base64.getEncoder().encodeToString(token) + " " + i + "\n")
                        .getBytes(StandardCharsets.US_ASCII));
            }
        }
        assertRefused(ranks, "expected tokens of a few dozen bytes");
    }

    private Path writeJson() throws IOException {
        Path file = folder.resolve("whole.json");
        SmallTokenizer.of(Known.CL100K).save(file);
        return file;
    }

    /// The tree with one value changed, removed or doubled.
    private static JsonValue change(JsonValue value, Random random, int depth) {
        boolean here = depth > 0 && random.nextInt(4) == 0;
        return switch (value) {
            case JsonObject(Map<String, JsonValue> members)
            when !here && !members.isEmpty() -> {
                Map<String, JsonValue> changed = new LinkedHashMap<>(members);
                String name = members.keySet().stream()
                        .skip(random.nextInt(Math.min(members.size(), 12)))
                        .findFirst()
                        .orElseThrow();
                switch (random.nextInt(6)) {
                    case 0 -> changed.remove(name);
                    case 1 -> changed.put(STRANGE[random.nextInt(STRANGE.length)], strange(random));
                    default -> changed.put(name, change(members.getOrDefault(name, new JsonNull()), random, depth + 1));
                }
                yield new JsonObject(changed);
            }
            case JsonArray(List<JsonValue> items)
            when !here && !items.isEmpty() -> {
                List<JsonValue> changed = new ArrayList<>(items);
                int index = random.nextInt(items.size());
                switch (random.nextInt(6)) {
                    case 0 -> changed.remove(index);
                    case 1 -> changed.add(items.get(index));
                    case 2 -> changed.set(index, items.get(random.nextInt(items.size())));
                    default -> changed.set(index, change(items.get(index), random, depth + 1));
                }
                yield new JsonArray(changed);
            }
            default -> strange(random);
        };
    }

    private static JsonValue strange(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> new JsonNull();
            case 1 -> new JsonBoolean(random.nextBoolean());
            case 2 -> new JsonInteger(random.nextInt(400));
            case 3 -> new JsonInteger(random.nextLong());
            case 4 -> new JsonDecimal(random.nextDouble() * 1e9);
            case 5 -> new JsonArray(List.of(new JsonString("a"), new JsonInteger(1)));
            case 6 -> JsonValue.object().with("type", "ByteLevel").with("id", 7);
            default -> new JsonString(STRANGE[random.nextInt(STRANGE.length)]);
        };
    }

    private static void changeLine(List<String> lines, Random random) {
        int at = random.nextInt(lines.size());
        String line = lines.get(at);
        int other = random.nextInt(lines.size());
        switch (random.nextInt(8)) {
            case 0 -> lines.remove(at);
            case 1 -> lines.add(at, lines.get(other));
            case 2 -> lines.set(at, lines.get(other));
            case 3 -> lines.set(at, line.replaceAll("[0-9]+", Long.toString(random.nextLong() >>> random.nextInt(60))));
            case 4 -> lines.set(at, new StringBuilder(line).reverse().toString());
            case 5 -> lines.set(at, line.substring(random.nextInt(line.length() + 1)));
            case 6 -> lines.set(at, line + STRANGE[random.nextInt(STRANGE.length)]);
            default -> lines.subList(at, lines.size()).clear();
        }
        if (lines.isEmpty()) {
            lines.add("");
        }
    }

    private void loadOrRefuse(Path file, String seed) {
        long allocated = Garbage.bytes(1, () -> {
            try {
                Tokenizer tokenizer = Tokenizer.load(file);
                byte[] text = SmallTokenizer.randomText(new Random(1), 60);
                int[] ids = tokenizer.encode(text, SpecialPolicy.TEXT);
                assertThat(tokenizer.decodeBytes(ids)).as(seed).isNotEmpty();
            } catch (IOException e) {
                assertThat(e.getMessage())
                        .as(seed)
                        .contains(folder.toString())
                        .doesNotContain("\n")
                        .hasSizeLessThan(800);
            }
        });
        assertThat(allocated).as(seed).isLessThan(MAX_ALLOCATION);
    }

    private static void assertRefused(Path file, String reason) {
        long allocated = Garbage.bytes(
                1,
                () -> assertThatThrownBy(() -> Tokenizer.load(file))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining(reason)
                        .message()
                        .doesNotContain("\n")
                        .hasSizeLessThan(800));
        assertThat(allocated).isLessThan(MAX_ALLOCATION);
    }
}
