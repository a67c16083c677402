package inkling.tokenizer.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class RankLineTest {

    @Test
    void every_line_is_read_as_the_decoder_of_the_jdk_reads_it() {
        Random random = new Random(5);
        RankLine line = new RankLine();
        int good = 0;
        for (int i = 0; i < 200_000; i++) {
            byte[] token = new byte[random.nextInt(1, 12)];
            random.nextBytes(token);
            String base64 = random.nextBoolean()
                    ? Base64.getEncoder().encodeToString(token)
                    : Base64.getEncoder().withoutPadding().encodeToString(token);
            byte[] bytes = ("  " + base64 + " " + i).getBytes(StandardCharsets.US_ASCII);
            if (random.nextBoolean()) {
                bytes[random.nextInt(2, bytes.length)] = (byte) "=+/-_ A9\u00e9".charAt(random.nextInt(9));
            }
            String text = new String(bytes, 2, bytes.length - 2, StandardCharsets.ISO_8859_1);
            boolean read = line.read(bytes, 2, bytes.length);
            assertThat(read).as(text).isEqualTo(isGood(text));
            if (read) {
                good++;
                byte[] expected = decoded(text.substring(0, text.indexOf(' ')));
                assertThat(Arrays.copyOf(line.token(), line.length())).as(text).isEqualTo(expected);
                assertThat(line.rank()).isEqualTo(Integer.parseInt(text.substring(text.indexOf(' ') + 1)));
            }
        }
        assertThat(good).isBetween(100_000, 190_000);
    }

    private static boolean isGood(String text) {
        int space = text.indexOf(' ');
        return space > 0
                && text.substring(space + 1).matches("[0-9]{1,8}")
                && decoded(text.substring(0, space)).length > 0;
    }

    private static byte[] decoded(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }
}
