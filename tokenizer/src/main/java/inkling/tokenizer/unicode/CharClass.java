package inkling.tokenizer.unicode;

import inkling.tokenizer.utf8.Utf8;
import java.util.Arrays;

/// The seven classes of characters that split rules tell apart, frozen at Unicode 16.
///
/// Frozen because token ids must not change with the Java version: [UnicodeClassData] holds the table, the
/// running JDK is never asked. A looked-up character is packed as `class << 3 | length`, length in bytes;
/// damaged bytes are U+FFFD and thus [#OTHER].
public final class CharClass {
    /// Everything that is none of the others: punctuation, symbols, controls, unassigned code points.
    public static final int OTHER = 0;
    /// Capital and title-case letters (`Lu`, `Lt`).
    public static final int UPPER = 1;
    /// Small letters (`Ll`).
    public static final int LOWER = 2;
    /// Letters without case and modifier letters (`Lo`, `Lm`).
    public static final int CASELESS = 3;
    /// Combining marks (`Mn`, `Mc`, `Me`).
    public static final int MARK = 4;
    /// Numbers of every kind (`Nd`, `Nl`, `No`).
    public static final int NUMBER = 5;
    /// White space (the property `White_Space`).
    public static final int SPACE = 6;

    private static final int BLOCK_BITS = 7;
    private static final byte[] ASCII = new byte[128];
    private static final short[] BLOCK_OF = new short[(0x110000 >> BLOCK_BITS)];
    private static final byte[] BLOCKS = unpack();

    private CharClass() {}

    /// The class of a code point.
    public static int of(int codePoint) {
        return BLOCKS[(BLOCK_OF[codePoint >> BLOCK_BITS] << BLOCK_BITS) + (codePoint & ((1 << BLOCK_BITS) - 1))];
    }

    /// The packed class and length of the character at `at`, which must be below `to`.
    public static int at(byte[] text, int at, int to) {
        byte first = text[at];
        if (first >= 0) {
            return ASCII[first] << 3 | 1;
        }
        return beyondAscii(text, at, to);
    }

    private static int beyondAscii(byte[] text, int at, int to) {
        int packed = Utf8.read(text, at, to);
        return of(Utf8.codePoint(packed)) << 3 | Utf8.length(packed);
    }

    /// The class of a packed character.
    public static int classOf(int packed) {
        return packed >>> 3;
    }

    /// The length in bytes of a packed character.
    public static int lengthOf(int packed) {
        return packed & 7;
    }

    /// Whether the class is one of the letters.
    public static boolean isLetter(int charClass) {
        return charClass >= UPPER && charClass <= CASELESS;
    }

    /// Expands the runs block by block. Blocks of a single class, which most are, are kept once for each class.
    private static byte[] unpack() {
        byte[] blocks = new byte[BLOCK_OF.length << BLOCK_BITS];
        int[] uniform = new int[SPACE + 1];
        Arrays.fill(uniform, -1);
        String runs = UnicodeClassData.RUNS;
        int used = 0;
        int at = 0;
        for (int i = 0; i < runs.length(); ) {
            int charClass = runs.charAt(i++) - 'a';
            int left = 0;
            for (; i < runs.length() && runs.charAt(i) < 'a'; i++) {
                left = 10 * left + runs.charAt(i) - '0';
            }
            left = Math.max(1, left);
            while (left > 0) {
                int inside = at & (1 << BLOCK_BITS) - 1;
                int count = Math.min(left, (1 << BLOCK_BITS) - inside);
                boolean whole = count == 1 << BLOCK_BITS;
                if (inside == 0) {
                    BLOCK_OF[at >> BLOCK_BITS] =
                            (short) (whole && uniform[charClass] >= 0 ? uniform[charClass] : used++);
                }
                int block = BLOCK_OF[at >> BLOCK_BITS];
                if (whole) {
                    uniform[charClass] = block;
                }
                Arrays.fill(blocks, (block << BLOCK_BITS) + inside, (block << BLOCK_BITS) + inside + count, (byte)
                        charClass);
                at += count;
                left -= count;
            }
        }
        System.arraycopy(blocks, 0, ASCII, 0, 128);
        return Arrays.copyOf(blocks, used << BLOCK_BITS);
    }
}
