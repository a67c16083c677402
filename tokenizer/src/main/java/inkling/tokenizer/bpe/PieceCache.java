package inkling.tokenizer.bpe;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Remembers the ids of short pieces: up to 15 bytes and up to 6 ids, which is nearly all of them in any text.
///
/// One entry is 32 bytes, half a cache line: the piece in two `long`s (bytes, and the length in the top byte),
/// the ids in two more
/// (count in the lowest 4 bits, then 20 bits for each id). Grows with use up to a bound and is then emptied,
/// which keeps frequent
/// pieces because they return at once. One cache belongs to one thread.
///
/// Works on batches in two steps, [#prepare] and [#emit]: the first reads the entry of every piece, so that
/// their cache misses overlap.
final class PieceCache {
    /// The most pieces of a batch.
    static final int BATCH = 256;

    /// The longest piece, in bytes.
    static final int MAX_LENGTH = 15;

    /// The most ids of a piece.
    static final int MAX_IDS = 6;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long[] LOW_MASKS = masks(0);
    private static final long[] HIGH_MASKS = masks(8);
    private static final int INITIAL_BITS = 10;
    private static final int MAX_BITS = 19;
    private static final int WORDS = 4;
    private static final int ID_BITS = 20;
    private static final int ID_MASK = (1 << ID_BITS) - 1;

    private final long[] lows = new long[BATCH];
    private final long[] highs = new long[BATCH];
    private final int[] hashes = new int[BATCH];
    private long[] slots = new long[WORDS << INITIAL_BITS];
    private int bits = INITIAL_BITS;
    private int size;

    /// Makes the keys of the pieces of a batch and touches their entries; returns a number without meaning.
    ///
    /// @param ends the ends of the pieces, of which the first starts at `from`
    long prepare(byte[] text, int from, int[] ends, int first, int count) {
        long[] table = slots;
        int shift = 32 - bits;
        long touched = 0;
        int start = from;
        for (int i = 0; i < count; i++) {
            int end = ends[first + i];
            int length = end - start;
            long low = 0;
            long high = 0; // stays 0 for long pieces, which no entry has
            if (length <= MAX_LENGTH) {
                if (start + 16 <= text.length) {
                    low = (long) LONG.get(text, start) & LOW_MASKS[length];
                    high = (long) LONG.get(text, start + 8) & HIGH_MASKS[length];
                } else {
                    low = gather(text, start, Math.min(end, start + 8));
                    high = gather(text, start + 8, end);
                }
                high |= (long) length << 56;
            }
            int hash = hash(low, high);
            lows[i] = low;
            highs[i] = high;
            hashes[i] = hash;
            touched += table[(hash >>> shift) * WORDS];
            start = end;
        }
        return touched;
    }

    /// Appends the ids of the prepared pieces from `first` on until one is not known; returns its index, or
    /// `count`.
    /// `out` must have room for [#MAX_IDS] ids for every piece.
    int emit(int first, int count, TokenBuffer out) {
        long[] table = slots;
        int shift = 32 - bits;
        int mask = (1 << bits) - 1;
        int[] ids = out.ids();
        int at = out.size();
        int i = first;
        for (; i < count; i++) {
            long low = lows[i];
            long high = highs[i];
            int index = hashes[i] >>> shift;
            int slot = index * WORDS;
            while (table[slot + 1] != high || table[slot] != low || high == 0) {
                if (table[slot + 1] == 0 || high == 0) {
                    out.setSize(at);
                    return i;
                }
                index = (index + 1) & mask;
                slot = index * WORDS;
            }
            long ones = table[slot + 2];
            int size = (int) ones & 15;
            ids[at] = (int) (ones >>> 4) & ID_MASK;
            ids[at + 1] = (int) (ones >>> 24) & ID_MASK;
            ids[at + 2] = (int) (ones >>> 44);
            if (size > 3) {
                long others = table[slot + 3];
                ids[at + 3] = (int) others & ID_MASK;
                ids[at + 4] = (int) (others >>> 20) & ID_MASK;
                ids[at + 5] = (int) (others >>> 40);
            }
            at += size;
        }
        out.setSize(at);
        return i;
    }

    /// Remembers the ids of a prepared piece that is not known, if it is short enough.
    void put(int piece, int[] ids, int from, int count) {
        long high = highs[piece];
        if (high == 0 || count > MAX_IDS) {
            return;
        }
        if (4 * (size + 1) > 3 * (1 << bits)) {
            makeRoom();
        }
        int slot = emptySlot(hashes[piece]);
        long ones = count;
        long others = 0;
        for (int i = 0; i < count; i++) {
            long id = ids[from + i];
            if (i < 3) {
                ones |= id << (4 + ID_BITS * i);
            } else {
                others |= id << ID_BITS * (i - 3);
            }
        }
        slots[slot] = lows[piece];
        slots[slot + 1] = high;
        slots[slot + 2] = ones;
        slots[slot + 3] = others;
        size++;
    }

    private int emptySlot(int hash) {
        int index = hash >>> 32 - bits;
        while (slots[index * WORDS + 1] != 0) {
            index = (index + 1) & (1 << bits) - 1;
        }
        return index * WORDS;
    }

    private void makeRoom() {
        if (bits == MAX_BITS) {
            Arrays.fill(slots, 0);
            size = 0;
            return;
        }
        long[] old = slots;
        bits = Math.min(bits + 3, MAX_BITS);
        slots = new long[WORDS << bits];
        for (int i = 0; i < old.length; i += WORDS) {
            if (old[i + 1] != 0) {
                System.arraycopy(old, i, slots, emptySlot(hash(old[i], old[i + 1])), WORDS);
            }
        }
    }

    private static int hash(long low, long high) {
        long mixed = low * 0x9E3779B97F4A7C15L + high * 0xC2B2AE3D27D4EB4FL;
        return (int) ((mixed ^ mixed >>> 29) * 0xD6E8FEB86659FD93L >>> 32);
    }

    private static long gather(byte[] text, int from, int to) {
        long value = 0;
        for (int i = to - 1; i >= from; i--) {
            value = value << 8 | text[i] & 0xFF;
        }
        return value;
    }

    private static long[] masks(int skipped) {
        long[] masks = new long[MAX_LENGTH + 1];
        for (int length = 0; length <= MAX_LENGTH; length++) {
            int used = Math.clamp(length - skipped, 0, 8);
            masks[length] = used == 0 ? 0 : -1L >>> 64 - 8 * used;
        }
        return masks;
    }
}
