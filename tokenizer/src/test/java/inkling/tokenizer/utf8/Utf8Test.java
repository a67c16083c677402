package inkling.tokenizer.utf8;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class Utf8Test {

    /// The counts of U+FFFD are those of CPython's `bytes.decode(errors="replace")`.
    @ParameterizedTest
    @CsvSource({
        "80,1",
        "E282,1",
        "E08080,3",
        "F0808080,4",
        "F4908080,4",
        "C0AF,2",
        "F09F98,1",
        "EDA080,3",
        "EDA0,2",
        "EDBFBF,3",
        "FF,1",
        "F180,1",
        "E4BDE4BD,2",
        "C5,1",
        "F5808080,4",
        "EFBFBD,1"
    })
    void damaged_bytes_become_as_many_replacements_as_in_cpython(String hex, int replacements) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        assertThat(Utf8.text(bytes, 0, bytes.length)).isEqualTo("\ufffd".repeat(replacements));
    }

    @Test
    void equals_the_jdk_on_random_bytes_without_encoded_surrogates() {
        Random random = new Random(7);
        for (int i = 0; i < 200_000; i++) {
            byte[] bytes = randomBytes(random);
            if (!hasSurrogateLead(bytes)) {
                assertThat(Utf8.text(bytes, 0, bytes.length)).isEqualTo(new String(bytes, StandardCharsets.UTF_8));
            }
        }
    }

    @Test
    void decoding_in_parts_equals_decoding_at_once_wherever_it_is_cut() {
        Random random = new Random(8);
        for (int i = 0; i < 100_000; i++) {
            byte[] bytes = randomBytes(random);
            Utf8Decoder decoder = new Utf8Decoder();
            StringBuilder text = new StringBuilder();
            for (int at = 0; at < bytes.length; ) {
                int end = Math.min(bytes.length, at + 1 + random.nextInt(3));
                String part = decoder.append(bytes, at, end);
                assertThat(part.isEmpty() || !Character.isHighSurrogate(part.charAt(part.length() - 1)))
                        .isTrue();
                text.append(part);
                at = end;
            }
            text.append(decoder.finish());
            assertThat(text.toString()).isEqualTo(Utf8.text(bytes, 0, bytes.length));
        }
    }

    @Test
    void every_code_point_survives() {
        StringBuilder text = new StringBuilder();
        for (int c = 0; c < 0x110000; c++) {
            if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
                text.appendCodePoint(c);
            }
        }
        byte[] bytes = Utf8.bytes(text.toString());
        assertThat(Utf8.text(bytes, 0, bytes.length)).isEqualTo(text.toString());
    }

    @Test
    void lone_surrogates_become_replacements() {
        assertThat(Utf8.bytes("a\ud800b\udc00\ud83d\ude00\ud83d"))
                .isEqualTo("a\ufffdb\ufffd😀\ufffd".getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] randomBytes(Random random) {
        int[] leads = {0x41, 0x7F, 0x80, 0xBF, 0xC0, 0xC2, 0xDF, 0xE0, 0xE1, 0xED, 0xEF, 0xF0, 0xF1, 0xF4, 0xF5, 0xFF};
        byte[] bytes = new byte[1 + random.nextInt(9)];
        for (int i = 0; i < bytes.length; i++) {
            int kind = random.nextInt(3);
            int value = kind == 0 ? leads[random.nextInt(leads.length)] : 0x80 + random.nextInt(0x40);
            bytes[i] = (byte) (kind == 2 ? random.nextInt(256) : value);
        }
        return bytes;
    }

    private static boolean hasSurrogateLead(byte[] bytes) {
        for (int i = 0; i + 1 < bytes.length; i++) {
            if ((bytes[i] & 0xFF) == 0xED && (bytes[i + 1] & 0xFF) >= 0xA0) {
                return true;
            }
        }
        return false;
    }
}
