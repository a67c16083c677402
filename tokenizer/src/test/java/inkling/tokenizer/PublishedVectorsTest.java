package inkling.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import inkling.testkit.SharedData;
import inkling.tokenizer.json.JsonPlace;
import inkling.tokenizer.json.JsonReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Texts and ids that other programs published for the vocabularies of OpenAI.
final class PublishedVectorsTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "r50k_base,r50k_base_encodings,423",
        "p50k_base,p50k_base_encodings,423",
        "p50k_edit,p50k_edit_encodings,423",
        "cl100k_base,cl100k_base_encodings,423",
        "o200k_base,o200k_base_encodings,421",
        "cl100k_base,base_prompts,421"
    })
    void ids_equal_those_of_jtokkit(String name, String file, int count) throws IOException {
        Tokenizer tokenizer = tokenizer(name);
        List<List<String>> records = csv(SharedData.path("data/vectors/jtokkit/" + file + ".csv"));
        records.removeIf(record -> record.size() < 2); // an empty last line
        assertThat(records).hasSize(1 + count);
        for (List<String> record : records.subList(1, records.size())) {
            int[] ids = tokenizer.encode(record.get(0), SpecialPolicy.TEXT);
            assertThat(ids).as(record.get(0)).isEqualTo(ids(record.get(1)));
            assertThat(tokenizer.decode(ids)).isEqualTo(record.get(0));
            if (record.size() > 2) { // of the first ten ids those that make whole characters
                assertThat(tokenizer.encode(record.get(0), SpecialPolicy.TEXT, 10))
                        .hasSizeLessThanOrEqualTo(10)
                        .startsWith(ids(record.get(2)));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"gpt2,r50k_base", "p50k_base,p50k_base", "cl100k_base,cl100k_base", "o200k_base,o200k_base"})
    void ids_equal_those_of_kitoken(String name, String file) throws IOException {
        Tokenizer tokenizer = tokenizer(file);
        for (String set : List.of("small", "mixed")) {
            List<String> texts = Files.readAllLines(SharedData.path("data/vectors/kitoken/" + set + "_input.txt"));
            List<String> expected =
                    Files.readAllLines(SharedData.path("data/vectors/kitoken/" + set + "_tokens_" + name + ".txt"));
            for (int i = 0; i < texts.size(); i++) {
                String text =
                        texts.get(i).replace("\\n", "\n").replace("\\s", " ").replace("\\x", "");
                assertThat(tokenizer.encode(text, SpecialPolicy.ALLOW)).as(text).isEqualTo(ids(expected.get(i)));
            }
        }
        byte[] whole = Files.readAllBytes(SharedData.path("data/vectors/kitoken/utf8_input.txt"));
        String expected = Files.readString(SharedData.path("data/vectors/kitoken/utf8_tokens_" + name + ".txt"));
        assertThat(tokenizer.encode(whole, SpecialPolicy.ALLOW)).isEqualTo(ids(expected));
    }

    @Test
    void ids_equal_those_of_sharptoken() throws IOException {
        Map<String, Tokenizer> tokenizers = new HashMap<>();
        String plans = Files.readString(SharedData.path("data/vectors/sharptoken/TestPlans.txt"))
                .replace("\r\n", "\n");
        int count = 0;
        for (String plan : plans.split("EncodingName: ")) {
            if (!plan.contains("\nSample: ")) {
                continue;
            }
            String name = plan.substring(0, plan.indexOf('\n')).strip();
            int encoded = plan.lastIndexOf("\nEncoded: ");
            String text = plan.substring(plan.indexOf("\nSample: ") + 9, encoded);
            Tokenizer tokenizer = tokenizers.get(name);
            if (tokenizer == null) {
                tokenizer = tokenizer(name);
                tokenizers.put(name, tokenizer);
            }
            assertThat(tokenizer.encode(text, SpecialPolicy.ALLOW))
                    .as(text)
                    .isEqualTo(ids(plan.substring(encoded + 10)));
            count++;
        }
        assertThat(count).isEqualTo(435);
    }

    @Test
    void ids_equal_those_of_llama_cpp() throws IOException {
        Tokenizer gpt2 = tokenizer("r50k_base");
        List<JsonPlace> cases = JsonReader.read(SharedData.path("data/vectors/llamacpp_gpt2.json"))
                .items();
        assertThat(cases).hasSize(44);
        for (JsonPlace example : cases) {
            String text = example.member("text").text();
            assertThat(gpt2.encode(text)).as(text).isEqualTo(Fixtures.ints(example.member("gpt2_ids")));
        }
    }

    @Test
    void traps_give_the_ids_that_several_programs_agree_on() throws IOException {
        Map<String, Tokenizer> tokenizers = Map.of(
                "gpt2", tokenizer("r50k_base"), "cl100k", tokenizer("cl100k_base"), "o200k", tokenizer("o200k_base"));
        List<String> traps = Files.readAllLines(SharedData.path("data/vectors/traps.jsonl"));
        assertThat(traps).hasSize(91);
        for (String line : traps) {
            JsonPlace trap = JsonReader.read("traps.jsonl", line);
            String text = trap.member("text").text();
            for (Map.Entry<String, Tokenizer> entry : tokenizers.entrySet()) {
                int[] ids = entry.getValue().encode(text, SpecialPolicy.TEXT);
                assertThat(ids)
                        .as("%s: %s", entry.getKey(), text)
                        .isEqualTo(Fixtures.ints(trap.member(entry.getKey())));
            }
        }
    }

    @Test
    void hostile_cases_give_the_expected_ids_and_every_byte_survives() throws IOException {
        List<Tokenizer> tokenizers = List.of(tokenizer("r50k_base"), tokenizer("cl100k_base"), tokenizer("o200k_base"));
        List<String> cases = Files.readAllLines(SharedData.path("data/hostile/hostile-cases.jsonl"));
        assertThat(cases).hasSize(76);
        for (String line : cases) {
            JsonPlace example = JsonReader.read("hostile-cases.jsonl", line);
            String name = example.member("name").text();
            byte[] text = Base64.getDecoder().decode(example.member("base64").text());
            for (Tokenizer tokenizer : tokenizers) {
                assertThat(tokenizer.decodeBytes(tokenizer.encode(text, SpecialPolicy.ALLOW)))
                        .isEqualTo(text);
            }
            Tokenizer gpt2 = tokenizers.getFirst();
            if (example.optional("gpt2_ids").isPresent()) {
                int[] expected = Fixtures.ints(example.member("gpt2_ids"));
                assertThat(gpt2.encode(text, SpecialPolicy.ALLOW)).as(name).isEqualTo(expected);
                int[] ordinary = example.optional("gpt2_ids_no_special").isPresent()
                        ? Fixtures.ints(example.member("gpt2_ids_no_special"))
                        : expected;
                assertThat(gpt2.encode(text, SpecialPolicy.TEXT)).as(name).isEqualTo(ordinary);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"blns.txt", "emoji-test.txt.gz", "unicode-all-assigned.txt.gz"})
    void nasty_texts_survive_whole_and_in_parts(String file) throws IOException {
        byte[] text = Fixtures.bytes(SharedData.path("data/hostile/" + file));
        for (String name : List.of("r50k_base", "cl100k_base", "o200k_base")) {
            Tokenizer tokenizer = tokenizer(name);
            int[] ids = tokenizer.encode(text, SpecialPolicy.TEXT);
            assertThat(tokenizer.decodeBytes(ids)).isEqualTo(text);
            assertThat(tokenizer.count(text, 0, text.length, SpecialPolicy.TEXT))
                    .isEqualTo(ids.length);
        }
    }

    @Test
    void every_naughty_string_survives_alone() throws IOException {
        List<Tokenizer> tokenizers = List.of(tokenizer("r50k_base"), tokenizer("cl100k_base"), tokenizer("o200k_base"));
        List<JsonPlace> strings =
                JsonReader.read(SharedData.path("data/hostile/blns.json")).items();
        assertThat(strings).hasSizeGreaterThan(500);
        for (JsonPlace string : strings) {
            for (Tokenizer tokenizer : tokenizers) {
                assertThat(tokenizer.decode(tokenizer.encode(string.text(), SpecialPolicy.TEXT)))
                        .isEqualTo(string.text());
            }
        }
    }

    private Tokenizer tokenizer(String name) throws IOException {
        if (name.equals("o200k_harmony")) { // the ranks of o200k with other special tokens
            Path ranks = folder.resolve("o200k_harmony.tiktoken.gz");
            return Tokenizer.load(Files.copy(SharedData.path("data/tokenizers/o200k_base.tiktoken.gz"), ranks));
        }
        if (!name.equals("p50k_edit")) {
            return Fixtures.published(name);
        }
        return Fixtures.published("p50k_base")
                .withSpecialTokens(List.of("<|fim_prefix|>", "<|fim_middle|>", "<|fim_suffix|>"));
    }

    private static int[] ids(String text) {
        return Arrays.stream(text.strip().replaceAll("[\\[\\]\\s]", "").split(","))
                .filter(number -> !number.isEmpty())
                .mapToInt(Integer::parseInt)
                .toArray();
    }

    /// The records of a file of comma-separated values whose fields may be quoted and go over several lines.
    private static List<List<String>> csv(Path file) throws IOException {
        String text = Files.readString(file, StandardCharsets.UTF_8);
        List<List<String>> records = new ArrayList<>();
        List<String> record = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                if (quoted && i + 1 < text.length() && text.charAt(i + 1) == '"') {
                    field.append(c);
                    i++;
                } else {
                    quoted = !quoted;
                }
            } else if (!quoted && (c == ',' || c == '\n')) {
                record.add(field.toString());
                field.setLength(0);
                if (c == '\n') {
                    records.add(record);
                    record = new ArrayList<>();
                }
            } else if (quoted || c != '\r') {
                field.append(c);
            }
        }
        return records;
    }
}
