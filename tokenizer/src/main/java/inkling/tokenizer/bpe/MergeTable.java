package inkling.tokenizer.bpe;

import java.util.Arrays;

/// From a pair of neighbouring ids to the rank of their merge, and from a rank to the id the merge makes.
///
/// An open-addressing table of single `long`s, so that a look-up costs one cache line: left id (20 bits),
/// right id (20 bits), rank (24 bits).
public final class MergeTable {
    /// The rank of pairs that do not merge.
    public static final int NONE = Integer.MAX_VALUE;

    private static final int MAX_RANK = (1 << 24) - 1;
    private static final long EMPTY = -1;

    private final long[] table;
    private final int shift;
    private final int[] results;
    private int size;

    /// An empty table for about `expected` pairs; `results` has the id that each rank makes.
    public MergeTable(int expected, int[] results) {
        if (results.length > MAX_RANK) {
            throw new IllegalArgumentException("there are " + results.length + " merges, supported are " + MAX_RANK);
        }
        int bits = 64 - Long.numberOfLeadingZeros(Math.max(8L, 2L * expected) - 1);
        this.table = new long[1 << bits];
        Arrays.fill(table, EMPTY);
        this.shift = 64 - bits;
        this.results = results;
    }

    /// Adds a pair, or does nothing where it is already there: the earlier rank wins.
    public void add(int left, int right, int rank) {
        if (rank(left, right) != NONE) {
            return;
        }
        if (2L * size >= table.length * 1.8) {
            throw new IllegalStateException("more merges than expected: " + size);
        }
        long key = key(left, right);
        int slot = slot(key);
        while (table[slot] != EMPTY) {
            slot = (slot + 1) & (table.length - 1);
        }
        table[slot] = key << 24 | rank;
        size++;
    }

    /// The rank at which the two ids merge, or [#NONE].
    public int rank(int left, int right) {
        long key = key(left, right);
        long[] slots = table;
        int slot = slot(key);
        while (true) {
            long entry = slots[slot];
            if (entry >>> 24 == key && entry != EMPTY) {
                return (int) entry & MAX_RANK;
            }
            if (entry == EMPTY) {
                return NONE;
            }
            slot = (slot + 1) & (slots.length - 1);
        }
    }

    /// The id that a merge of this rank makes.
    public int result(int rank) {
        return results[rank];
    }

    /// The number of ranks.
    public int ranks() {
        return results.length;
    }

    /// The number of pairs.
    public int size() {
        return size;
    }

    /// All pairs by rank and then by their ids, each as `left << 20 | right`.
    public long[] pairsByRank() {
        long[][] sorted = new long[size][];
        int count = 0;
        for (long entry : table) {
            if (entry != EMPTY) {
                sorted[count++] = new long[] {entry & MAX_RANK, entry >>> 24};
            }
        }
        Arrays.sort(sorted, (a, b) -> a[0] != b[0] ? Long.compare(a[0], b[0]) : Long.compare(a[1], b[1]));
        long[] pairs = new long[size];
        Arrays.setAll(pairs, i -> sorted[i][1]);
        return pairs;
    }

    private static long key(int left, int right) {
        return (long) left << 20 | right;
    }

    private int slot(long key) {
        return (int) (key * 0x9E3779B97F4A7C15L >>> shift);
    }
}
