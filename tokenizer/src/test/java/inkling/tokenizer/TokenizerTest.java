package inkling.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import inkling.tokenizer.split.SplitPattern;
import inkling.tokenizer.split.SplitPattern.Known;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class TokenizerTest {
    private final Tokenizer tokenizer = SmallTokenizer.of(Known.GPT2);

    @TempDir
    Path folder;

    @Test
    void the_example_of_the_documentation_runs() throws IOException {
        tokenizer.save(folder.resolve("tokenizer.json"));
        Tokenizer loaded = Tokenizer.load(folder.resolve("tokenizer.json"));
        int[] ids = loaded.encode("Once upon a time");
        String text = loaded.decode(ids);
        assertThat(text).isEqualTo("Once upon a time");
        assertThat(ids).hasSizeLessThan(8);
    }

    @ParameterizedTest
    @EnumSource(Known.class)
    void any_bytes_survive_encoding_and_decoding(Known pattern) {
        Tokenizer other = SmallTokenizer.of(pattern);
        Random random = new Random(1);
        for (int i = 0; i < 2_000; i++) {
            byte[] text = SmallTokenizer.randomText(random, 1 + random.nextInt(40));
            for (SpecialPolicy policy : List.of(SpecialPolicy.ALLOW, SpecialPolicy.TEXT)) {
                int[] ids = other.encode(text, policy);
                assertThat(other.decodeBytes(ids)).isEqualTo(text);
                assertThat(other.count(text, 0, text.length, policy)).isEqualTo(ids.length);
            }
        }
    }

    @Test
    void special_tokens_follow_the_policy() {
        int end = tokenizer.specialId("<|endoftext|>").orElseThrow();
        assertThat(tokenizer.encode("<|endoftext|>", SpecialPolicy.ALLOW)).containsExactly(end);
        assertThat(tokenizer.encode("<|endoftext|>", SpecialPolicy.TEXT)).doesNotContain(end);
        assertThatThrownBy(() -> tokenizer.encode("a <|endoftext|>"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "the text has the special token <|endoftext|> at byte 2; allow special tokens or encode it as"
                                + " ordinary text");
        assertThat(tokenizer.specialId("<|missing|>")).isEmpty();
        assertThat(tokenizer.decode(end)).isEqualTo("<|endoftext|>");
    }

    @Test
    void some_special_tokens_may_be_allowed_and_others_not() {
        int end = tokenizer.specialId("<|endoftext|>").orElseThrow();
        int pad = tokenizer.specialId("<|pad|>").orElseThrow();
        String text = "a<|endoftext|><|pad|>";
        assertThat(tokenizer.encode("a<|endoftext|>", SpecialPolicy.REFUSE.allowing("<|endoftext|>")))
                .endsWith(end);
        assertThatThrownBy(() -> tokenizer.encode(text, SpecialPolicy.REFUSE.allowing("<|endoftext|>")))
                .hasMessageStartingWith("the text has the special token <|pad|> at byte 14;");
        assertThat(tokenizer.encode(text, SpecialPolicy.TEXT.allowing("<|endoftext|>")))
                .contains(end)
                .doesNotContain(pad);
        assertThat(tokenizer.encode(text, SpecialPolicy.ALLOW.asText("<|endoftext|>")))
                .contains(pad)
                .doesNotContain(end);
        assertThatThrownBy(() -> tokenizer.encode(text, SpecialPolicy.ALLOW.refusing("<|pad|>", "<|x|>")))
                .hasMessageStartingWith("the text has the special token <|pad|>");
        assertThat(SpecialPolicy.TEXT.allowing("a").allowing("b")).isEqualTo(SpecialPolicy.TEXT.allowing("b", "a"));
    }

    @Test
    void ids_can_be_cut_to_a_number_of_tokens() {
        String text = "Once upon<|pad|> a time there was a fox";
        int[] all = tokenizer.encode(text, SpecialPolicy.ALLOW);
        for (int limit = 0; limit <= all.length + 3; limit++) {
            assertThat(tokenizer.encode(text, SpecialPolicy.ALLOW, limit))
                    .isEqualTo(Arrays.copyOf(all, Math.min(limit, all.length)));
        }
        assertThat(tokenizer.encode(text, SpecialPolicy.ALLOW, Integer.MAX_VALUE))
                .isEqualTo(all);
    }

    @Test
    void the_longest_special_token_wins() {
        Tokenizer doubled = tokenizer.withSpecialTokens(List.of("<|endoftext|><|endoftext|>"));
        int twice = doubled.specialId("<|endoftext|><|endoftext|>").orElseThrow();
        int once = doubled.specialId("<|endoftext|>").orElseThrow();
        assertThat(doubled.encode("<|endoftext|><|endoftext|><|endoftext|>", SpecialPolicy.ALLOW))
                .containsExactly(twice, once);
        assertThat(twice).isEqualTo(tokenizer.vocabularySize());
    }

    @Test
    void a_buffer_takes_as_many_ids_as_fit() {
        byte[] text = "Once upon a time there was a fox".getBytes(StandardCharsets.UTF_8);
        int[] all = tokenizer.encode(text, SpecialPolicy.REFUSE);
        for (int room = 0; room <= all.length + 2; room++) {
            int[] buffer = new int[room];
            int count = tokenizer.encodeInto(buffer, text, 0, text.length, SpecialPolicy.REFUSE);
            assertThat(count).isEqualTo(Math.min(room, all.length));
            assertThat(Arrays.copyOf(buffer, count)).isEqualTo(Arrays.copyOf(all, count));
        }
    }

    @Test
    void ranges_encode_like_copies_of_them() {
        Random random = new Random(2);
        byte[] text = SmallTokenizer.randomText(random, 200);
        for (int i = 0; i < 500; i++) {
            int from = random.nextInt(text.length);
            int to = from + random.nextInt(text.length - from);
            assertThat(tokenizer.encode(text, from, to, SpecialPolicy.ALLOW))
                    .isEqualTo(tokenizer.encode(Arrays.copyOfRange(text, from, to), SpecialPolicy.ALLOW));
        }
        assertThatThrownBy(() -> tokenizer.encode(text, 5, 4, SpecialPolicy.ALLOW))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void spans_cover_the_text() {
        byte[] text = SmallTokenizer.randomText(new Random(3), 100);
        TokenSpans spans = tokenizer.encodeSpans(text, SpecialPolicy.ALLOW);
        int at = 0;
        for (int i = 0; i < spans.size(); i++) {
            assertThat(spans.start(i)).isEqualTo(at);
            assertThat(tokenizer.tokenBytes(spans.id(i))).isEqualTo(Arrays.copyOfRange(text, at, spans.end(i)));
            at = spans.end(i);
        }
        assertThat(at).isEqualTo(text.length);
    }

    @Test
    void ids_without_a_token_are_refused() {
        for (int id : new int[] {-1, tokenizer.vocabularySize(), Integer.MAX_VALUE}) {
            assertThatThrownBy(() -> tokenizer.decode(1, id))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("found " + id);
            assertThat(tokenizer.hasToken(id)).isFalse();
        }
    }

    @Test
    void the_stream_decoder_never_emits_half_a_character() {
        byte[] text = "la 啦啦啦 🎵 é".getBytes(StandardCharsets.UTF_8);
        StreamDecoder decoder = tokenizer.streamDecoder();
        StringBuilder decoded = new StringBuilder();
        for (int id : tokenizer.encode(text, SpecialPolicy.REFUSE)) {
            String part = decoder.append(id);
            assertThat(part).doesNotContain("\ufffd");
            decoded.append(part);
        }
        assertThat(decoded + decoder.finish()).isEqualTo("la 啦啦啦 🎵 é");
    }

    @Test
    void a_long_piece_merges_like_short_ones() {
        StringBuilder text = new StringBuilder();
        Random random = new Random(4);
        for (int i = 0; i < 300; i++) {
            text.append("foxsingtheroand".charAt(random.nextInt(15)));
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        for (int length = 50; length < 300; length++) {
            int[] ids = tokenizer.encode(bytes, 0, length, SpecialPolicy.TEXT);
            assertThat(ids).isEqualTo(NaiveBpe.encodePiece(tokenizer, bytes, 0, length));
        }
    }

    @Test
    void a_giant_piece_takes_time_in_proportion_to_its_length() {
        for (String kind : List.of("a", "fox", "singtheroand", " ", "^")) {
            byte[] text = kind.repeat((1 << 20) / kind.length()).getBytes(StandardCharsets.US_ASCII);
            assertTimeout(Duration.ofSeconds(10), () -> tokenizer.encode(text, SpecialPolicy.TEXT));
            assertThat(tokenizer.decodeBytes(tokenizer.encode(text, SpecialPolicy.TEXT)))
                    .isEqualTo(text);
        }
    }

    @Test
    void many_threads_share_one_tokenizer() throws Exception {
        byte[] text = SmallTokenizer.randomText(new Random(5), 3_000);
        int[] expected = tokenizer.encode(text, SpecialPolicy.ALLOW);
        Callable<Boolean> task = () -> {
            boolean same = true;
            for (int i = 0; i < 20; i++) {
                same &= Arrays.equals(expected, tokenizer.encode(text, SpecialPolicy.ALLOW));
            }
            return same;
        };
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (Future<Boolean> result : threads.invokeAll(List.of(task, task, task, task, task, task, task, task))) {
                assertThat(result.get()).isTrue();
            }
        }
    }

    @Test
    void an_own_regular_expression_splits_too() {
        Tokenizer words = SmallTokenizer.of(new SplitPattern.Custom("\\S+"));
        byte[] text = SmallTokenizer.randomText(new Random(6), 100);
        assertThat(words.decodeBytes(words.encode(text, SpecialPolicy.TEXT))).isEqualTo(text);
        assertThatThrownBy(() -> new SplitPattern.Custom("("))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("split pattern");
    }
}
