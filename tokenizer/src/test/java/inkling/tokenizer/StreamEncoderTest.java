package inkling.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import inkling.tokenizer.split.SplitPattern.Known;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class StreamEncoderTest {

    @ParameterizedTest
    @EnumSource(Known.class)
    void ids_do_not_depend_on_how_the_text_is_cut(Known pattern) {
        Tokenizer tokenizer = SmallTokenizer.of(pattern);
        Random random = new Random(11);
        for (int i = 0; i < 1_500; i++) {
            byte[] text = SmallTokenizer.randomText(random, 1 + random.nextInt(60));
            SpecialPolicy policy = random.nextBoolean() ? SpecialPolicy.ALLOW : SpecialPolicy.TEXT;
            int[] expected = tokenizer.encode(text, policy);
            assertThat(inParts(tokenizer, text, policy, random)).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @EnumSource(Known.class)
    void cutting_before_white_space_after_a_letter_or_digit_changes_nothing(Known pattern) {
        String[] letters = {"a", "1", " ", "\n", ".", "'", "s", "\r", "é", "\u0301", "A"};
        Tokenizer tokenizer = SmallTokenizer.of(pattern);
        int[] digits = new int[5];
        long cuts = 0;
        do {
            StringBuilder built = new StringBuilder();
            for (int digit : digits) {
                built.append(letters[digit]);
            }
            byte[] text = built.toString().getBytes(StandardCharsets.UTF_8);
            int[] whole = tokenizer.encode(text, SpecialPolicy.TEXT);
            for (int cut = 1; cut < text.length; cut++) {
                if (isSafe(text, cut)) {
                    int[] left = tokenizer.encode(text, 0, cut, SpecialPolicy.TEXT);
                    int[] right = tokenizer.encode(text, cut, text.length, SpecialPolicy.TEXT);
                    int[] both = Arrays.copyOf(left, left.length + right.length);
                    System.arraycopy(right, 0, both, left.length, right.length);
                    if (!Arrays.equals(both, whole)) {
                        assertThat(both).as("%s cut at %s", built, cut).isEqualTo(whole);
                    }
                    cuts++;
                }
            }
        } while (next(digits, letters.length));
        assertThat(cuts).isGreaterThan(10_000);
    }

    private static boolean isSafe(byte[] text, int cut) {
        boolean space = text[cut] == ' ' || text[cut] == '\n' || text[cut] == '\r';
        return space && text[cut - 1] > 0 && Character.isLetterOrDigit(text[cut - 1]);
    }

    private static boolean next(int[] digits, int base) {
        for (int i = 0; i < digits.length; i++) {
            if (++digits[i] < base) {
                return true;
            }
            digits[i] = 0;
        }
        return false;
    }

    private static int[] inParts(Tokenizer tokenizer, byte[] text, SpecialPolicy policy, Random random) {
        int[] ids = new int[text.length];
        int[] count = {0};
        TokenSink sink = (part, from, to) -> {
            System.arraycopy(part, from, ids, count[0], to - from);
            count[0] += to - from;
        };
        StreamEncoder encoder = tokenizer.streamEncoder(policy);
        for (int at = 0; at < text.length; ) {
            int end = Math.min(text.length, at + random.nextInt(20));
            encoder.append(text, at, end, sink);
            at = end;
        }
        encoder.finish(sink);
        return Arrays.copyOf(ids, count[0]);
    }
}
