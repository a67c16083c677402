package inkling.tokenizer.normal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class NormalizationTest {
    @Test
    void letters_and_their_accents_become_one_character() {
        assertThat(composed("cafe\u0301 A\u030a \u1112\u1161\u11ab")).isEqualTo("café Å 한");
        assertThat(composed("plain text, ÄÖÜ")).isEqualTo("plain text, ÄÖÜ");
    }

    @Test
    void equals_the_jdk_where_every_character_is_assigned() {
        Random random = new Random(3);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            while (text.length() < 12) {
                int c = random.nextInt(random.nextBoolean() ? 0x1200 : 0x30000);
                if (Character.isDefined(c) && !Character.isSurrogate((char) c)) {
                    text.appendCodePoint(c);
                }
            }
            assertThat(composed(text.toString())).isEqualTo(Normalizer.normalize(text, Normalizer.Form.NFC));
        }
    }

    @Test
    void later_characters_and_broken_bytes_stay_and_separate() {
        String later = new String(Character.toChars(0x2FE0)); // unassigned in Unicode 16
        assertThat(composed("e\u0301" + later + "\u0301e\u0301")).isEqualTo("é" + later + "\u0301é");
        byte[] broken = "e\u0301?e\u0301".getBytes(StandardCharsets.UTF_8);
        broken[3] = (byte) 0xFF;
        byte[] expected = "é?é".getBytes(StandardCharsets.UTF_8);
        expected[2] = (byte) 0xFF;
        assertThat(Normalization.NFC.apply(broken, 0, broken.length)).isEqualTo(expected);
    }

    @Test
    void the_table_is_that_of_the_generator() {
        if (Runtime.version().feature() == 25) {
            assertThat(AssignedData.RUNS).isEqualTo(AssignedDataGenerator.runs());
        }
    }

    private static String composed(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        assertThat(Normalization.NONE.apply(utf8, 0, utf8.length)).isEqualTo(utf8);
        return new String(Normalization.NFC.apply(utf8, 0, utf8.length), StandardCharsets.UTF_8);
    }
}
