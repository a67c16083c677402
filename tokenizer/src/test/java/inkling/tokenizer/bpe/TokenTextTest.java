package inkling.tokenizer.bpe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import inkling.tokenizer.utf8.Utf8;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Text made of ids, beside the text of their bytes all at once.
final class TokenTextTest {
    private static final List<String> TOKENS = List.of(
            "é",
            "Ġ",
            "€",
            "😀",
            " the",
            " internationally",
            "a token of more than sixteen bytes",
            "0123456789abcdef",
            "01234567",
            "ein Wörterbuch",
            "日本",
            "\uFFFD");

    private final Vocabulary vocabulary = vocabulary();

    @Test
    void whole_and_broken_characters_are_those_of_the_bytes() {
        TokenText text = new TokenText(vocabulary);
        for (int seed = 0; seed < 3_000; seed++) {
            Random random = new Random(seed);
            int[] ids = new int[random.nextInt(1_500)];
            int kind = random.nextInt(4);
            for (int i = 0; i < ids.length; i++) {
                ids[i] = switch (kind) {
                    case 0 -> random.nextInt(vocabulary.size());
                    case 1 -> 0xE0 + random.nextInt(32);
                    case 2 -> 0x80 + random.nextInt(128);
                    default -> 256 + random.nextInt(TOKENS.size());
                };
            }
            byte[] bytes = bytes(ids);
            assertThat(text.of(ids)).as("seed %d", seed).isEqualTo(Utf8.text(bytes, 0, bytes.length));
        }
    }

    @Test
    void every_start_of_two_or_three_bytes_is_judged_as_the_reader_does() {
        TokenText text = new TokenText(vocabulary);
        int[] thirds = {0x00, 0x7F, 0x80, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF};
        for (int first = 0xC0; first < 0xF8; first++) {
            for (int second = 0; second < 256; second++) {
                for (int third : thirds) {
                    byte[] bytes = {(byte) first, (byte) second, (byte) third};
                    assertThat(text.of(new int[] {first, second, third})).isEqualTo(Utf8.text(bytes, 0, 3));
                }
                byte[] pair = {(byte) first, (byte) second};
                assertThat(text.of(new int[] {first, second})).isEqualTo(Utf8.text(pair, 0, 2));
            }
        }
    }

    @Test
    void characters_may_lie_across_any_step() {
        TokenText text = new TokenText(vocabulary);
        byte[] face = "😀".getBytes(StandardCharsets.UTF_8);
        for (int before = 505; before < 520; before++) {
            int[] ids = new int[before + 4];
            Arrays.fill(ids, 'a');
            for (int i = 0; i < 4; i++) {
                ids[before + i] = face[i] & 0xFF;
            }
            assertThat(text.of(ids)).isEqualTo("a".repeat(before) + "😀");
        }
    }

    @Test
    void an_id_without_a_token_is_refused_and_does_no_harm() {
        TokenText text = new TokenText(vocabulary);
        assertThatThrownBy(() -> text.of(new int[] {'a', vocabulary.size()}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected ids of tokens, below 268, found 268");
        assertThatThrownBy(() -> text.of(new int[] {-1})).isInstanceOf(IllegalArgumentException.class);
        assertThat(text.of(new int[] {'o', 'k'})).isEqualTo("ok");
        assertThat(text.of(new int[0])).isEmpty();
    }

    private byte[] bytes(int[] ids) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int id : ids) {
            bytes.writeBytes(vocabulary.bytes(id));
        }
        return bytes.toByteArray();
    }

    private static Vocabulary vocabulary() {
        TokenList list = new TokenList();
        for (int b = 0; b < 256; b++) {
            list.put(b, new byte[] {(byte) b}, false);
        }
        for (String token : TOKENS) {
            list.put(list.size(), token.getBytes(StandardCharsets.UTF_8), false);
        }
        return new Vocabulary(list);
    }
}
