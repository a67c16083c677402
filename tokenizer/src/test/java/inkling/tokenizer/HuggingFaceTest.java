package inkling.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import inkling.tokenizer.split.SplitPattern.Known;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Ids beside those of Hugging Face's own library for the same `tokenizer.json`.
final class HuggingFaceTest {
    private static final String[] PARTS = {
        " ",
        "  ",
        "\n",
        "\t",
        "\u00a0",
        "\u3000",
        "<a>",
        "<b>",
        "<ab>",
        "a",
        "b",
        "é",
        "éé",
        "e\u0301",
        "\u0301",
        "\u0323",
        "한",
        "\u1112\u1161\u11ab",
        "Å",
        "\u212b",
        "A\u030a",
        "_",
        "-",
        "1",
        "½",
        "ⓐ",
        "\u200d",
        "fox",
        " the",
        "ʼn",
        "\u0344",
        "\u0958",
        "🎵",
        "\ud834\udd5e",
        "<|endoftext|>",
        "mask",
        "?",
        "'s",
        "\u0f73",
        "\u0345",
        "Ⅷ",
        "x\u0338"
    };

    /// The library numbers added tokens itself, from the size of the vocabulary on.
    private static final int FIRST_ID = SmallTokenizer.of(Known.QWEN2).vocabularySize();

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(Known.class)
    void ids_equal_those_of_the_reference(Known pattern) throws IOException {
        SmallTokenizer.of(pattern).save(folder.resolve("tokenizer.json"));
        assertSameIds(Files.readString(folder.resolve("tokenizer.json")), 3_000);
    }

    @Test
    void normalised_text_gives_the_ids_of_the_reference() throws IOException {
        String nfc = "{\"type\": \"NFC\"}";
        assertSameIds(with("\"normalizer\": null", "\"normalizer\": " + nfc, ""), 3_000);
        String sequence = "{\"type\": \"Sequence\", \"normalizers\": [" + nfc + "]}";
        assertSameIds(with("\"normalizer\": null", "\"normalizer\": " + sequence, ""), 500);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lstrip",
                "rstrip",
                "single_word",
                "normalized",
                "lstrip rstrip",
                "lstrip single_word",
                "rstrip normalized",
                "lstrip rstrip single_word normalized",
            })
    void added_tokens_that_look_around_give_the_ids_of_the_reference(String flags) throws IOException {
        String added = added(FIRST_ID, "<a>", flags)
                + added(FIRST_ID + 1, "<ab>", "")
                + added(FIRST_ID + 2, "mask", flags)
                + added(FIRST_ID + 3, "éé", "normalized")
                + added(FIRST_ID + 4, "a<b", flags);
        assertSameIds(with("\"normalizer\": null", "\"normalizer\": null", added), 2_000);
        assertSameIds(with("\"normalizer\": null", "\"normalizer\": {\"type\": \"NFC\"}", added), 2_000);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void tokens_that_no_merge_makes_are_used_as_in_the_reference(boolean ignoreMerges) throws IOException {
        String vocabulary =
                "\"vocab\": {\"mask\": %d, \"Ġthe?\": %d, \"ab\": %d,".formatted(FIRST_ID, FIRST_ID + 1, FIRST_ID + 2);
        String json = with("\"vocab\": {", vocabulary, "")
                .replace("\"ignore_merges\": false", "\"ignore_merges\": " + ignoreMerges);
        assertSameIds(json, 2_000);
    }

    @Test
    void places_of_tokens_are_those_of_the_reference() throws IOException {
        SmallTokenizer.of(Known.GPT2).save(folder.resolve("t.json"));
        Tokenizer tokenizer = Tokenizer.load(folder.resolve("t.json"));
        Random random = new Random(8);
        try (HuggingFaceTokenizer reference = reference(folder.resolve("t.json"))) {
            for (int i = 0; i < 500; i++) {
                String text = randomText(random).replaceAll("[^ -~]", "x");
                CharSpan[] expected = reference.encode(text, false, false).getCharTokenSpans();
                TokenSpans spans = tokenizer.encodeSpans(text.getBytes(StandardCharsets.UTF_8), SpecialPolicy.ALLOW);
                assertThat(spans.size()).isEqualTo(expected.length);
                for (int k = 0; k < expected.length; k++) {
                    assertThat(spans.start(k)).isEqualTo(expected[k].getStart());
                    assertThat(spans.end(k)).isEqualTo(expected[k].getEnd());
                }
            }
        }
    }

    @Test
    void swallowed_space_belongs_to_its_token() throws IOException {
        String added = added(FIRST_ID, "<a>", "lstrip rstrip");
        String json = with("\"normalizer\": null", "\"normalizer\": {\"type\": \"NFC\"}", added);
        Tokenizer tokenizer = Tokenizer.load(Files.writeString(folder.resolve("t.json"), json));
        TokenSpans spans =
                tokenizer.encodeSpans("e\u0301  <a> \n!".getBytes(StandardCharsets.UTF_8), SpecialPolicy.ALLOW);
        assertThat(new String(spans.text(), StandardCharsets.UTF_8)).isEqualTo("é  <a> \n!");
        int last = spans.size() - 1;
        assertThat(spans.id(last - 1)).isEqualTo(FIRST_ID);
        assertThat(List.of(spans.start(last - 1), spans.end(last - 1), spans.end(last)))
                .containsExactly(2, 9, 10);
    }

    @Test
    void tokens_that_are_not_special_are_found_under_every_policy() throws IOException {
        String json = with("\"normalizer\": null", "\"normalizer\": null", added(FIRST_ID, "<a>", "plain"));
        Tokenizer tokenizer = Tokenizer.load(Files.writeString(folder.resolve("plain.json"), json));
        for (SpecialPolicy policy : List.of(SpecialPolicy.ALLOW, SpecialPolicy.REFUSE, SpecialPolicy.TEXT)) {
            assertThat(tokenizer.encode("<a>", policy)).containsExactly(FIRST_ID);
        }
    }

    @Test
    void what_was_read_is_written_again() throws IOException {
        String added =
                added(FIRST_ID, "<a>", "lstrip rstrip") + added(FIRST_ID + 1, "mask", "single_word normalized plain");
        String json = with("\"normalizer\": null", "\"normalizer\": {\"type\": \"NFC\"}", added);
        Path first = Files.writeString(folder.resolve("first.json"), json);
        Tokenizer.load(first).save(folder.resolve("second.json"));
        Tokenizer.load(folder.resolve("second.json")).save(folder.resolve("third.json"));
        assertThat(folder.resolve("second.json")).hasSameBinaryContentAs(folder.resolve("third.json"));
        assertSameIds(Files.readString(folder.resolve("second.json")), 300);
    }

    @Test
    void a_stream_in_parts_gives_the_ids_of_the_whole() throws IOException {
        String added = added(FIRST_ID, "<a>", "rstrip")
                + added(FIRST_ID + 1, "mask", "single_word")
                + added(FIRST_ID + 2, "fox", "lstrip rstrip");
        String json = with("\"normalizer\": null", "\"normalizer\": {\"type\": \"NFC\"}", added);
        Tokenizer tokenizer = Tokenizer.load(Files.writeString(folder.resolve("t.json"), json));
        Random random = new Random(12);
        for (int i = 0; i < 3_000; i++) {
            byte[] text = randomText(random).getBytes(StandardCharsets.UTF_8);
            List<Integer> ids = new ArrayList<>();
            TokenSink sink = (found, from, to) -> {
                for (int k = from; k < to; k++) {
                    ids.add(found[k]);
                }
            };
            StreamEncoder encoder = tokenizer.streamEncoder(SpecialPolicy.ALLOW);
            for (int at = 0; at < text.length; ) {
                int end = Math.min(text.length, at + 1 + random.nextInt(9));
                encoder.append(text, at, end, sink);
                at = end;
            }
            encoder.finish(sink);
            assertThat(ids.stream().mapToInt(Integer::intValue).toArray())
                    .isEqualTo(tokenizer.encode(text, SpecialPolicy.ALLOW));
        }
    }

    /// The small tokenizer's file with one replacement and more added tokens.
    private String with(String old, String now, String added) throws IOException {
        SmallTokenizer.of(Known.QWEN2).save(folder.resolve("small.json"));
        return Files.readString(folder.resolve("small.json"))
                .replace(old, now)
                .replace("\"added_tokens\": [", "\"added_tokens\": [" + added);
    }

    private static String added(int id, String content, String flags) {
        StringBuilder token = new StringBuilder("{\"id\": " + id + ", \"content\": \"" + content + "\"");
        for (String flag : List.of("single_word", "lstrip", "rstrip", "normalized")) {
            token.append(", \"").append(flag).append("\": ").append(flags.contains(flag));
        }
        return token.append(", \"special\": ")
                .append(!flags.contains("plain"))
                .append("},")
                .toString();
    }

    private void assertSameIds(String json, int texts) throws IOException {
        Path file = Files.writeString(folder.resolve("compared.json"), json);
        Tokenizer tokenizer = Tokenizer.load(file);
        Random random = new Random(7);
        try (HuggingFaceTokenizer reference = reference(file)) {
            for (int i = 0; i < texts; i++) {
                String text = randomText(random);
                Encoding expected = reference.encode(text, false, false);
                assertThat(tokenizer.encode(text, SpecialPolicy.ALLOW))
                        .as(text.codePoints()
                                .mapToObj(Integer::toHexString)
                                .toList()
                                .toString())
                        .isEqualTo(ints(expected.getIds()));
            }
        }
    }

    private static HuggingFaceTokenizer reference(Path file) throws IOException {
        return HuggingFaceTokenizer.newInstance(
                file, Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false"));
    }

    private static String randomText(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(9); i >= 0; i--) {
            text.append(PARTS[random.nextInt(PARTS.length)]);
        }
        return text.toString();
    }

    private static int[] ints(long[] ids) {
        int[] ints = new int[ids.length];
        for (int i = 0; i < ids.length; i++) {
            ints[i] = Math.toIntExact(ids[i]);
        }
        return ints;
    }
}
