package inkling.tokenizer.split;

import static org.assertj.core.api.Assertions.assertThat;

import inkling.tokenizer.split.SplitPattern.Known;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Every hand-written scanner must find the same pieces as its regular expression.
final class ScannerTest {
    /// Everything the rules look at, and characters that tempt a scanner: long s, marks, odd spaces, case
    /// pairs, damaged bytes.
    private static final String[] ALPHABET = {
        "a",
        "s",
        "t",
        "l",
        "L",
        "r",
        "v",
        "e",
        "E",
        "'",
        " ",
        "\n",
        "\r",
        "\t",
        "1",
        "2",
        ".",
        "/",
        "!",
        "ſ",
        "é",
        "É",
        "ǅ",
        "中",
        "ʰ",
        "\u0301",
        "\u00a0",
        "\u3000",
        "\u2028",
        "\u0085",
        "½",
        "٣",
        "😀",
        "\ud835\udc00",
        "\u200d",
        "\ufeff",
        "\0",
        "’",
        "_",
        "  ",
        "\r\n",
        "'re",
        "'LL",
        "\ufffd"
    };

    private static final byte[][] DAMAGE = {
        {(byte) 0x80}, {(byte) 0xE2, (byte) 0x82}, {(byte) 0xED, (byte) 0xA0}, {(byte) 0xC5}, {(byte) 0xFF}
    };

    private final Map<SplitPattern, List<PieceWalk>> walks = new HashMap<>(); // reused from text to text

    @ParameterizedTest
    @EnumSource(Known.class)
    void equals_its_regular_expression_on_all_short_strings(Known pattern) {
        String[] letters = {"a", "A", "s", "'", " ", "\n", "1", ".", "/", "\u0301", "中", "\u00a0"};
        everyString(pattern, letters, 5);
    }

    @ParameterizedTest
    @EnumSource(Known.class)
    void equals_its_regular_expression_on_random_texts(Known pattern) {
        randomTexts(pattern, 60_000, 42);
    }

    @ParameterizedTest
    @EnumSource(Known.class)
    void other_spellings_of_a_rule_mean_the_same_pieces(Known pattern) {
        for (String spelling : pattern.spellings()) {
            assertThat(SplitPattern.of(spelling)).isEqualTo(pattern);
            randomTexts(pattern, new RegexWalk(spelling), 30_000, 44);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, Integer.MAX_VALUE})
    void numbers_equal_their_regular_expression(int most) {
        randomTexts(new SplitPattern.Numbers(most), 30_000, 45);
    }

    @Test
    void a_chain_splits_the_pieces_of_its_first_rule_as_texts_of_their_own() {
        SplitPattern han = new SplitPattern.Custom("[一-龥]+");
        for (SplitPattern first :
                List.of(new SplitPattern.Numbers(1), new SplitPattern.Numbers(3), han, Known.CL100K)) {
            randomTexts(
                    new SplitPattern.Chain(first, Known.GPT2),
                    new NaiveChain(first.regex(), Known.GPT2.regex()),
                    20_000,
                    46);
        }
    }

    /// All pieces of the first rule, then those of the second in copies of them.
    private static final class NaiveChain implements PieceWalk {
        private final String first;
        private final String second;
        private final List<Integer> all = new ArrayList<>();
        private int at;

        NaiveChain(String first, String second) {
            this.first = first;
            this.second = second;
        }

        @Override
        public void begin(byte[] text, int from, int to) {
            all.clear();
            at = 0;
            int start = from;
            for (int end : ends(new RegexWalk(first), Arrays.copyOfRange(text, from, to), 1 + to - from)) {
                byte[] piece = Arrays.copyOfRange(text, start, from + end);
                for (int inner : ends(new RegexWalk(second), piece, 1 + piece.length)) {
                    all.add(start + inner);
                }
                start = from + end;
            }
        }

        @Override
        public int next(int[] ends) {
            int count = 0;
            while (count < ends.length && at < all.size()) {
                ends[count++] = all.get(at++);
            }
            return count;
        }
    }

    @ParameterizedTest
    @EnumSource(Known.class)
    void equals_its_regular_expression_on_long_texts_of_few_letters(Known pattern) {
        Random random = new Random(43);
        PieceWalk twin = new RegexWalk(pattern.regex());
        for (int i = 0; i < 8_000; i++) {
            StringBuilder text = new StringBuilder();
            String[] letters = new String[2 + random.nextInt(5)];
            for (int j = 0; j < letters.length; j++) {
                letters[j] = random.nextInt(4) == 0
                        ? ALPHABET[random.nextInt(ALPHABET.length)]
                        : "a1 \n.'s\ré\t!".substring(random.nextInt(10)).substring(0, 1);
            }
            int length = 60 + random.nextInt(220);
            while (text.length() < length) {
                String letter = letters[random.nextInt(letters.length)];
                text.append(random.nextInt(20) == 0 ? letter.repeat(1 + random.nextInt(90)) : letter);
            }
            assertSamePieces(pattern, twin, text.toString());
        }
    }

    @Tag("nightly")
    @ParameterizedTest
    @EnumSource(Known.class)
    void equals_its_regular_expression_on_all_strings_up_to_length_six(Known pattern) {
        everyString(pattern, new String[] {"a", "A", "s", "'", " ", "\n", "1", ".", "/", "\u0301", "中"}, 6);
    }

    @Tag("nightly")
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void equals_its_regular_expression_on_ten_million_random_texts(long seed) {
        for (Known pattern : Known.values()) {
            randomTexts(pattern, 700_000, seed);
        }
    }

    private void everyString(Known pattern, String[] letters, int maxLength) {
        PieceWalk twin = new RegexWalk(pattern.regex());
        StringBuilder joined = new StringBuilder();
        int[] digits = new int[maxLength];
        for (int length = 1; length <= maxLength; length++) {
            Arrays.fill(digits, 0);
            int position = 0;
            while (position < length) {
                StringBuilder text = new StringBuilder();
                for (int i = 0; i < length; i++) {
                    text.append(letters[digits[i]]);
                }
                assertSamePieces(pattern, twin, text.toString());
                if (joined.append(text).append(" bc").length() > 500) { // also inside whole blocks of 64 bytes
                    assertSamePieces(pattern, twin, joined.toString());
                    joined.setLength(0);
                }
                for (position = 0; position < length && ++digits[position] == letters.length; position++) {
                    digits[position] = 0;
                }
            }
        }
    }

    private void randomTexts(SplitPattern pattern, int count, long seed) {
        randomTexts(pattern, new RegexWalk(pattern.regex()), count, seed);
    }

    private void randomTexts(SplitPattern pattern, PieceWalk twin, int count, long seed) {
        Random random = new Random(seed);
        byte[] text = new byte[1024];
        for (int i = 0; i < count; i++) {
            int length = 0;
            int letters = 1 + random.nextInt(random.nextInt(10) == 0 ? 120 : 16);
            int favourite = random.nextInt(ALPHABET.length);
            for (int j = 0; j < letters; j++) {
                int kind = random.nextInt(40);
                byte[] next = kind == 0
                        ? DAMAGE[random.nextInt(DAMAGE.length)]
                        : ALPHABET[kind < 10 ? favourite : random.nextInt(ALPHABET.length)].getBytes(
                                StandardCharsets.UTF_8);
                System.arraycopy(next, 0, text, length, next.length);
                length += next.length;
            }
            assertSamePieces(pattern, twin, Arrays.copyOf(text, length));
        }
    }

    private void assertSamePieces(SplitPattern pattern, PieceWalk twin, String text) {
        assertSamePieces(pattern, twin, text.getBytes(StandardCharsets.UTF_8));
    }

    /// Compares the scanner with vectors, and the one without, with the regular expression.
    private void assertSamePieces(SplitPattern pattern, PieceWalk twin, byte[] text) {
        int[] expected = ends(twin, text, text.length);
        for (PieceWalk walk : walks.computeIfAbsent(pattern, ScannerTest::walksOf)) {
            int[] found = ends(walk, text, 70);
            if (!Arrays.equals(expected, found)) {
                assertThat(found)
                        .as("pieces of %s", HexFormat.of().formatHex(text))
                        .isEqualTo(expected);
            }
        }
    }

    private static List<PieceWalk> walksOf(SplitPattern pattern) {
        return pattern instanceof Known known
                ? List.of(new ScannerWalk(known.scanner(true)), new ScannerWalk(known.scanner(false)))
                : List.of(pattern.walk());
    }

    private static int[] ends(PieceWalk walk, byte[] text, int most) {
        int[] ends = new int[text.length];
        int[] batch = new int[most];
        int count = 0;
        walk.begin(text, 0, text.length);
        for (int found = walk.next(batch); found > 0; found = walk.next(batch)) {
            System.arraycopy(batch, 0, ends, count, found);
            count += found;
        }
        return Arrays.copyOf(ends, count);
    }
}
