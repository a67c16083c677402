package inkling.tokenizer.bpe;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Remembers the ids of short pieces: up to 15 bytes and up to 6 ids, which is nearly all of them in any text.
///
/// One entry is 32 bytes, half a cache line: the piece in two `long`s (bytes, and the length in the top byte),
/// the ids in two more (count in the lowest 4 bits, then 20 bits for each id). Entries live in a table that
/// grows with use up to a bound and is then emptied, which keeps frequent pieces because they return at once.
/// In front of it lies a small one, which stays in the processor's nearer caches: each of its entries is the
/// last piece of that hash. One cache belongs to one thread.
///
/// Works on batches in steps: [#prepare] makes the keys and looks into the small table; [#search] looks for
/// the rest in the large one, reading all their entries first so that the waits for memory overlap; the
/// caller has unknown pieces merged and [#put]s them; [#emit] writes the ids of the whole batch; [#promote]
/// copies what was found in the large table to the small one.
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
    private static final int SMALL_BITS = 14;
    private static final int INITIAL_BITS = 10;
    private static final int MAX_BITS = 19;
    private static final int WORDS = 4;
    private static final int LARGE = WORDS << SMALL_BITS;
    private static final int ID_BITS = 20;
    private static final int ID_MASK = (1 << ID_BITS) - 1;

    /// The key of pieces that are too long; no entry has it.
    private static final long NO_KEY = -1;

    private final long[] lows = new long[BATCH];
    private final long[] highs = new long[BATCH];
    private final int[] hashes = new int[BATCH];
    private final int[] missed = new int[BATCH];
    private final int[] unknown = new int[BATCH];
    private final int[] places = new int[BATCH];
    private long[] table = new long[LARGE + (WORDS << INITIAL_BITS)];
    private int bits = INITIAL_BITS;
    private int size;
    private int missedCount;

    @SuppressWarnings("UnusedVariable") // only written, so that the reading of entries is not optimised away
    private long touched;

    /// Makes the keys of the pieces of a batch and looks for them in the small table.
    ///
    /// @param ends the ends of the pieces, of which the first starts at `from`
    void prepare(byte[] text, int from, int[] ends, int first, int count) {
        if (4 * (size + BATCH) > 3 * (1 << bits)) {
            makeRoom();
        }
        long[] entries = table;
        int start = from;
        int misses = 0;
        for (int i = 0; i < count; i++) {
            int end = ends[first + i];
            int length = end - start;
            long low = 0;
            long high = NO_KEY;
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
            int place = (hash >>> 32 - SMALL_BITS) * WORDS;
            lows[i] = low;
            highs[i] = high;
            hashes[i] = hash;
            places[i] = place;
            missed[misses] = i;
            long difference = (entries[place] ^ low) | (entries[place + 1] ^ high);
            misses += (int) ((difference | -difference) >>> 63); // without a branch: it would often be mispredicted
            start = end;
        }
        missedCount = misses;
    }

    /// Looks in the large table for what the small one did not have; returns how many pieces are unknown.
    /// Their indexes in the batch are then in [#unknown].
    int search() {
        long[] entries = table;
        int shift = 32 - bits;
        long sum = 0;
        for (int j = 0; j < missedCount; j++) {
            int place = LARGE + (hashes[missed[j]] >>> shift) * WORDS;
            sum += entries[place] + entries[place + 3]; // both ends: an entry may lie across two cache lines
        }
        touched += sum;
        int found = 0;
        int unknowns = 0;
        for (int j = 0; j < missedCount; j++) {
            int i = missed[j];
            int place = place(hashes[i], lows[i], highs[i]);
            places[i] = place;
            if (entries[place + 1] == 0) {
                unknown[unknowns++] = i;
            } else {
                missed[found++] = i;
            }
        }
        missedCount = found;
        return unknowns;
    }

    /// The index in the batch of an unknown piece.
    int unknown(int index) {
        return unknown[index];
    }

    /// Whether a piece is short enough to be remembered.
    boolean fits(int piece) {
        return highs[piece] != NO_KEY;
    }

    /// Looks again for an unknown piece, which may stand twice in one batch; whether it is known by now.
    boolean searchAgain(int piece) {
        int place = place(hashes[piece], lows[piece], highs[piece]);
        places[piece] = place;
        return table[place + 1] != 0;
    }

    /// Remembers the ids of an unknown piece that [#fits], unless they are too many.
    boolean put(int piece, int[] ids, int from, int count) {
        if (count > MAX_IDS) {
            return false;
        }
        int place = place(hashes[piece], lows[piece], highs[piece]);
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
        table[place] = lows[piece];
        table[place + 1] = highs[piece];
        table[place + 2] = ones;
        table[place + 3] = others;
        places[piece] = place;
        size++;
        return true;
    }

    /// Says that the ids of a piece are number `index` of the long ones.
    void setLong(int piece, int index) {
        places[piece] = ~index;
    }

    /// Appends the ids of the pieces from `first` on up to `count` or a long one; returns the index of that, or
    /// `count`. `out` must have room for [#MAX_IDS] ids for every piece.
    int emit(int first, int count, TokenBuffer out) {
        long[] entries = table;
        int[] ids = out.ids();
        int at = out.size();
        int i = first;
        for (; i < count; i++) {
            int place = places[i];
            if (place < 0) {
                break;
            }
            long ones = entries[place + 2];
            int size = (int) ones & 15;
            ids[at] = (int) (ones >>> 4) & ID_MASK;
            ids[at + 1] = (int) (ones >>> 24) & ID_MASK;
            ids[at + 2] = (int) (ones >>> 44);
            if (size > 3) {
                long others = entries[place + 3];
                ids[at + 3] = (int) others & ID_MASK;
                ids[at + 4] = (int) (others >>> 20) & ID_MASK;
                ids[at + 5] = (int) (others >>> 40);
            }
            at += size;
        }
        out.setSize(at);
        return i;
    }

    /// The number of the long piece at this index of the batch.
    int longIndex(int piece) {
        return ~places[piece];
    }

    /// Copies what [#search] found to the small table; ends the batch.
    void promote() {
        long[] entries = table;
        for (int j = 0; j < missedCount; j++) {
            int i = missed[j];
            System.arraycopy(entries, places[i], entries, (hashes[i] >>> 32 - SMALL_BITS) * WORDS, WORDS);
        }
    }

    /// Where in the large table a piece is, or the empty place where it belongs.
    private int place(int hash, long low, long high) {
        long[] entries = table;
        int index = hash >>> 32 - bits;
        int place = LARGE + index * WORDS;
        while (((entries[place] ^ low) | (entries[place + 1] ^ high)) != 0 && entries[place + 1] != 0) {
            index = (index + 1) & (1 << bits) - 1;
            place = LARGE + index * WORDS;
        }
        return place;
    }

    private void makeRoom() {
        size = 0;
        if (bits == MAX_BITS) {
            Arrays.fill(table, 0);
            return;
        }
        long[] old = table;
        bits = Math.min(bits + 3, MAX_BITS);
        table = Arrays.copyOf(old, LARGE + (WORDS << bits));
        Arrays.fill(table, LARGE, Math.min(old.length, table.length), 0);
        for (int i = LARGE; i < old.length; i += WORDS) {
            if (old[i + 1] != 0) {
                int place = place(hash(old[i], old[i + 1]), old[i], old[i + 1]);
                System.arraycopy(old, i, table, place, WORDS);
                size++;
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
