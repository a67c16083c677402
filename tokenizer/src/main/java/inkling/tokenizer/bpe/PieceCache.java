package inkling.tokenizer.bpe;

import java.util.Arrays;

/// Remembers the ids of short pieces: up to 15 bytes and up to 6 ids, which is nearly all of them in any text.
///
/// One entry is 32 bytes, half a cache line: the piece in two `long`s (bytes, and the length in the top byte),
/// the ids in two more
/// (count in the lowest 4 bits, then 20 bits for each id). Grows with use up to a bound and is then emptied,
/// which keeps frequent pieces
/// because they return at once. One cache belongs to one thread.
final class PieceCache {
    /// The longest piece, in bytes.
    static final int MAX_LENGTH = 15;

    /// The most ids of a piece.
    static final int MAX_IDS = 6;

    private static final int INITIAL_BITS = 10;
    private static final int MAX_BITS = 18;
    private static final int WORDS = 4;
    private static final int ID_BITS = 20;
    private static final int ID_MASK = (1 << ID_BITS) - 1;

    private long[] slots = new long[WORDS << INITIAL_BITS];
    private int bits = INITIAL_BITS;
    private int size;

    /// Appends the ids of the piece if it is known; `out` must have room for [#MAX_IDS] more.
    boolean emit(long low, long high, TokenBuffer out) {
        long[] table = slots;
        int slot = find(low, high);
        if (table[slot + 1] == 0) {
            return false;
        }
        long first = table[slot + 2];
        long second = table[slot + 3];
        int[] ids = out.ids();
        int at = out.size();
        ids[at] = (int) (first >>> 4) & ID_MASK;
        ids[at + 1] = (int) (first >>> 24) & ID_MASK;
        ids[at + 2] = (int) (first >>> 44);
        ids[at + 3] = (int) second & ID_MASK;
        ids[at + 4] = (int) (second >>> 20) & ID_MASK;
        ids[at + 5] = (int) (second >>> 40);
        out.setSize(at + ((int) first & 15));
        return true;
    }

    /// Remembers the ids of a piece that is not known yet.
    void put(long low, long high, int[] ids, int from, int count) {
        if (2 * (size + 1) > slots.length / WORDS) {
            makeRoom();
        }
        int slot = find(low, high);
        long first = count;
        long second = 0;
        for (int i = 0; i < count; i++) {
            long id = ids[from + i];
            if (i < 3) {
                first |= id << (4 + ID_BITS * i);
            } else {
                second |= id << ID_BITS * (i - 3);
            }
        }
        slots[slot] = low;
        slots[slot + 1] = high;
        slots[slot + 2] = first;
        slots[slot + 3] = second;
        size++;
    }

    /// The slot of the piece, or the empty one where it belongs. The high word of a piece is never 0.
    private int find(long low, long high) {
        long[] table = slots;
        int mask = (1 << bits) - 1;
        int index = hash(low, high) >>> 32 - bits;
        while (true) {
            int slot = index * WORDS;
            long key = table[slot + 1];
            if (key == 0 || key == high && table[slot] == low) {
                return slot;
            }
            index = (index + 1) & mask;
        }
    }

    private static int hash(long low, long high) {
        long mixed = (low ^ Long.rotateLeft(high, 23) * 0x9E3779B97F4A7C15L) * 0xD6E8FEB86659FD93L;
        return (int) (mixed >>> 32);
    }

    private void makeRoom() {
        if (bits == MAX_BITS) {
            Arrays.fill(slots, 0);
            size = 0;
            return;
        }
        long[] old = slots;
        bits = Math.min(bits + 2, MAX_BITS);
        slots = new long[WORDS << bits];
        for (int i = 0; i < old.length; i += WORDS) {
            if (old[i + 1] != 0) {
                System.arraycopy(old, i, slots, find(old[i], old[i + 1]), WORDS);
            }
        }
    }
}
