package inkling.tokenizer.unicode;

import java.util.Arrays;

/// The classes of all code points, in blocks of 128; filled when the first character beyond ASCII is looked up.
final class ClassTable {
    private static final int BLOCK_BITS = 7;
    private static final short[] BLOCK_OF = new short[(0x110000 >> BLOCK_BITS)];
    private static final byte[] BLOCKS = unpack();

    private ClassTable() {}

    static int of(int codePoint) {
        return BLOCKS[(BLOCK_OF[codePoint >> BLOCK_BITS] << BLOCK_BITS) + (codePoint & ((1 << BLOCK_BITS) - 1))];
    }

    /// Expands the runs block by block. Blocks of a single class, which most are, are kept once for each class.
    private static byte[] unpack() {
        byte[] blocks = new byte[BLOCK_OF.length << BLOCK_BITS];
        int[] uniform = new int[CharClass.SPACE + 1];
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
        return Arrays.copyOf(blocks, used << BLOCK_BITS);
    }
}
