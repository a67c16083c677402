package inkling.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import inkling.tokenizer.json.JsonReader;
import inkling.tokenizer.json.JsonValue;
import inkling.tokenizer.json.JsonValue.JsonArray;
import inkling.tokenizer.json.JsonValue.JsonObject;
import inkling.tokenizer.json.JsonValue.JsonString;
import inkling.tokenizer.json.JsonWriter;
import inkling.tokenizer.split.SplitPattern;
import inkling.tokenizer.split.SplitPattern.Known;
import inkling.tokenizer.unicode.CharClass;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The ways in which published `tokenizer.json` files of the byte-level family say how text is split, beside Hugging
/// Face's own library.
final class HuggingFaceSplitsTest {
    private static final String[] PARTS = {
        " ", "  ", "\n", "\r\n", "\t", "fox", " the", "'s", "'LL", "1", "42", "2026", " 7", "Ⅷ", "½", "٣", "!", "?!",
        ".", "/", "…", "。", "中", "中文", "ひらがな", "é", "e\u0301", "É", "ABC", "aB", "\u00a0", "😀", "_", "<a>", "\u0301",
        "ſ"
    };
    private static final String BYTES =
            "{'type':'ByteLevel','add_prefix_space':false,'trim_offsets':true,'use_regex':%s}";

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "StarCoder2, SmolLM§{'type':'Digits','individual_digits':true}§true",
                "runs of digits§{'type':'Digits','individual_digits':false}§true",
                "DeepSeek§R:\\p{N}{1,3}§R:[一-龥぀-ゟ゠-ヿ]+"
                        + "§R:[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+"
                        + "| ?[\\p{P}\\p{S}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+§false",
                "Mistral Nemo§R:[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+"
                        + "|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*"
                        + "|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+§false",
                "GPT-2 spelled out§R:'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+§false",
                "a text as it is§S: §true",
                "a text with a special sign§S:?!§true",
                "BLOOM§R: ?[^(\\s|[.,!?…。，、।۔،])]+§false"
            })
    void ids_equal_those_of_the_reference(String line) throws IOException {
        List<String> parts = List.of(line.split("§"));
        List<JsonValue> steps = new ArrayList<>();
        for (String step : parts.subList(1, parts.size() - 1)) {
            steps.add(step.startsWith("{") ? json(step) : split(step.charAt(0), step.substring(2)));
        }
        steps.add(json(BYTES.formatted(parts.getLast())));
        JsonObject rule = JsonValue.object().with("type", "Sequence").with("pretokenizers", new JsonArray(steps));
        Path file = with(Map.of("pre_tokenizer", rule));
        assertSameIds(file, file);
        Path again = folder.resolve("again.json");
        Tokenizer.load(file).save(again);
        assertSameIds(again, file);
    }

    @Test
    void the_rule_of_gpt_4_as_a_split_that_removes_what_does_not_match() throws IOException {
        JsonObject split =
                split('R', Known.CL100K.regex()).with("behavior", "Removed").with("invert", true);
        List<JsonValue> steps = List.of(split, json(BYTES.formatted("false")));
        Path file = with(Map.of(
                "pre_tokenizer",
                JsonValue.object().with("type", "Sequence").with("pretokenizers", new JsonArray(steps))));
        assertThat(Tokenizer.load(file).splitPattern()).isEqualTo(Known.CL100K);
        assertSameIds(file, file);
    }

    @Test
    void what_published_files_have_around_it_changes_nothing() throws IOException {
        JsonObject byteLevel = json(BYTES.formatted("true"));
        Path plain = with(Map.of());
        Path file = with(Map.of(
                "truncation", json("{'direction':'Right','max_length':512,'strategy':'LongestFirst','stride':0}"),
                "post_processor",
                        JsonValue.object()
                                .with("type", "Sequence")
                                .with("processors", new JsonArray(List.of(byteLevel))),
                "decoder", byteLevel,
                "normalizer", json("{'type':'Sequence','normalizers':[]}")));
        assertThat(Tokenizer.load(file).encode("The fox's 42 eggs"))
                .isEqualTo(Tokenizer.load(plain).encode("The fox's 42 eggs"));
    }

    @Test
    void added_tokens_may_stand_in_any_order() throws IOException {
        int first = Tokenizer.load(with(Map.of())).vocabularySize();
        List<JsonValue> added = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            added.add(JsonValue.object()
                    .with("id", first + 3 * i)
                    .with("content", "<|t" + i + "|>")
                    .with("special", true));
        }
        Tokenizer inOrder = Tokenizer.load(with(Map.of("added_tokens", new JsonArray(List.copyOf(added)))));
        Collections.shuffle(added, new Random(3));
        Tokenizer shuffled = Tokenizer.load(with(Map.of("added_tokens", new JsonArray(added))));
        String text = "a<|t7|><|t19|> fox<|t1|>9|>";
        assertThat(shuffled.encode(text, SpecialPolicy.ALLOW)).isEqualTo(inOrder.encode(text, SpecialPolicy.ALLOW));
        assertThat(shuffled.encode(text, SpecialPolicy.ALLOW)).contains(first + 21, first + 57, first + 3);
    }

    @Test
    void digits_are_all_numbers_of_unicode() throws IOException {
        JsonObject rule = JsonValue.object()
                .with("type", "Sequence")
                .with(
                        "pretokenizers",
                        new JsonArray(List.of(
                                json("{'type':'Digits','individual_digits':true}"), json(BYTES.formatted("true")))));
        Path file = with(Map.of("pre_tokenizer", rule));
        StringBuilder text = new StringBuilder();
        for (int codePoint = 0; codePoint < 0x110000; codePoint++) {
            if (CharClass.of(codePoint) == CharClass.NUMBER) {
                text.appendCodePoint(codePoint).appendCodePoint(codePoint).append("a");
            }
        }
        try (HuggingFaceTokenizer reference = reference(file)) {
            assertThat(Tokenizer.load(file).encode(text.toString())).isEqualTo(ids(reference, text.toString()));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'Whitespace'}|expected \"ByteLevel\" as the last step, found \"Whitespace\"",
                "{'type':'Metaspace','replacement':'▁'}|expected \"ByteLevel\" as the last step",
                "{'type':'Sequence','pretokenizers':[{'type':'Punctuation'},BYTES]}|found \"Punctuation\"",
                "{'type':'Sequence','pretokenizers':[BYTES,{'type':'Digits'}]}|only supported as the last step",
                "{'type':'Sequence','pretokenizers':[]}|not split at all",
                "{'type':'ByteLevel','add_prefix_space':false,'use_regex':false}|not split at all",
                "{'type':'Sequence','pretokenizers':[{'type':'Split','pattern':{'Regex':'('},'behavior':'Isolated'},BYTES]}"
                        + "|/pre_tokenizer/pretokenizers/0/pattern/Regex: split pattern (",
                "{'type':'Sequence','pretokenizers':[{'type':'Split','pattern':{'Regex':'a'},'behavior':'Removed'},BYTES]}"
                        + "|expected the behavior \"Isolated\", found \"Removed\"",
                "{'type':'Sequence','pretokenizers':[{'type':'Split','pattern':{},'behavior':'Isolated'},BYTES]}"
                        + "|the member \"Regex\" is missing"
            })
    void other_rules_are_refused_in_one_sentence(String line) throws IOException {
        String[] parts = line.split("\\|", 2);
        JsonObject rule = json(parts[0].replace("BYTES", BYTES.formatted("true")));
        Path file = with(Map.of("pre_tokenizer", rule));
        assertThatThrownBy(() -> Tokenizer.load(file))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(file + " at /pre_tokenizer")
                .hasMessageContaining(parts[1])
                .message()
                .doesNotContain("\n");
    }

    @Test
    void a_stream_of_a_chain_gives_the_ids_of_the_whole() throws IOException {
        SplitPattern chain = new SplitPattern.Chain(new SplitPattern.Numbers(1), Known.GPT2);
        assertThat(chain.cutsSafely()).isTrue();
        SmallTokenizer.of(chain).save(folder.resolve("chain.json"));
        Tokenizer tokenizer = Tokenizer.load(folder.resolve("chain.json"));
        assertThat(tokenizer.splitPattern()).isEqualTo(chain);
        Random random = new Random(9);
        for (int i = 0; i < 2_000; i++) {
            String text = randomText(random) + randomText(random);
            List<Integer> ids = new ArrayList<>();
            StreamEncoder encoder = tokenizer.streamEncoder(SpecialPolicy.TEXT);
            TokenSink sink = (found, from, to) -> {
                for (int k = from; k < to; k++) {
                    ids.add(found[k]);
                }
            };
            text.codePoints().forEach(c -> encoder.append(Character.toString(c), sink));
            encoder.finish(sink);
            assertThat(ids.stream().mapToInt(Integer::intValue).toArray())
                    .isEqualTo(tokenizer.encode(text, SpecialPolicy.TEXT));
        }
    }

    private static JsonObject json(String text) throws IOException {
        return JsonReader.read("test", text.replace('\'', '"')).object();
    }

    private static JsonObject split(char kind, String pattern) {
        return JsonValue.object()
                .with("type", "Split")
                .with("pattern", JsonValue.object().with(kind == 'R' ? "Regex" : "String", new JsonString(pattern)))
                .with("behavior", "Isolated")
                .with("invert", false);
    }

    /// The small tokenizer's file with other members.
    private Path with(Map<String, ? extends JsonValue> members) throws IOException {
        Path small = folder.resolve("small.json");
        SmallTokenizer.of(Known.GPT2).save(small);
        Map<String, JsonValue> changed =
                new LinkedHashMap<>(JsonReader.read(small).object().members());
        changed.putAll(members);
        Path file = folder.resolve("changed.json");
        JsonWriter.write(file, new JsonObject(changed));
        return file;
    }

    private static void assertSameIds(Path own, Path theirs) throws IOException {
        Tokenizer tokenizer = Tokenizer.load(own);
        Random random = new Random(7);
        try (HuggingFaceTokenizer reference = reference(theirs)) {
            for (int i = 0; i < 1_500; i++) {
                String text = randomText(random);
                assertThat(tokenizer.encode(text, SpecialPolicy.ALLOW)).as(text).isEqualTo(ids(reference, text));
            }
        }
    }

    private static HuggingFaceTokenizer reference(Path file) throws IOException {
        return HuggingFaceTokenizer.newInstance(
                file, Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false"));
    }

    private static int[] ids(HuggingFaceTokenizer reference, String text) {
        return LongStream.of(reference.encode(text, false, false).getIds())
                .mapToInt(Math::toIntExact)
                .toArray();
    }

    private static String randomText(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i >= 0; i--) {
            text.append(PARTS[random.nextInt(PARTS.length)]);
        }
        return text.toString();
    }
}
