package inkling.tokenizer.train;

import java.util.Arrays;

/// All pairs of neighbouring symbols: how often each occurs, and at which positions it may stand.
///
/// A pair's *index* numbers it in order of appearance. Positions are never taken out when a pair goes away;
/// the merge loop checks each when its turn comes.
final class PairTable {
    private static final int[] NO_POSITIONS = {};

    private long[] table = new long[1 << 12];
    private int[] indexes = new int[1 << 12];
    private long[] keys = new long[1 << 11];
    private long[] counts = new long[1 << 11];
    private int[][] positions = new int[1 << 11][];
    private int[] positionCounts = new int[1 << 11];
    private int[] touched = new int[1 << 11];
    private int size;

    PairTable() {
        Arrays.fill(table, -1);
    }

    /// The index of a pair, which is added if it is new.
    int index(int left, int right) {
        long key = (long) left << 32 | right;
        int slot = slot(key);
        while (table[slot] != key) {
            if (table[slot] < 0) {
                return insert(slot, key);
            }
            slot = (slot + 1) & (table.length - 1);
        }
        return indexes[slot];
    }

    /// The left symbol of a pair.
    int left(int index) {
        return (int) (keys[index] >>> 32);
    }

    /// The right symbol of a pair.
    int right(int index) {
        return (int) keys[index];
    }

    /// How often a pair occurs.
    long count(int index) {
        return counts[index];
    }

    /// Changes how often a pair occurs.
    void addCount(int index, long change) {
        counts[index] += change;
    }

    /// The number of pairs ever seen.
    int size() {
        return size;
    }

    /// Remembers a position of a pair.
    void addPosition(int index, int position) {
        int count = positionCounts[index];
        if (count == positions[index].length) {
            positions[index] = Arrays.copyOf(positions[index], Math.max(4, count + (count >> 1)));
        }
        positions[index][count] = position;
        positionCounts[index] = count + 1;
    }

    /// Whether this is the first call for the pair with this number of a step.
    boolean touch(int index, int step) {
        boolean first = touched[index] != step;
        touched[index] = step;
        return first;
    }

    /// Makes room for a known number of positions of a pair.
    void reservePositions(int index, int count) {
        positions[index] = new int[count];
    }

    /// Takes the positions of a pair out, ascending if they were added so, and clears its count.
    int[] takePositions(int index) {
        int[] taken = Arrays.copyOf(positions[index], positionCounts[index]);
        positions[index] = NO_POSITIONS;
        positionCounts[index] = 0;
        return taken;
    }

    /// Sets the count to zero.
    void clearCount(int index) {
        counts[index] = 0;
    }

    private int insert(int slot, long key) {
        if (size == keys.length) {
            keys = Arrays.copyOf(keys, 2 * size);
            counts = Arrays.copyOf(counts, 2 * size);
            positions = Arrays.copyOf(positions, 2 * size);
            positionCounts = Arrays.copyOf(positionCounts, 2 * size);
            touched = Arrays.copyOf(touched, 2 * size);
        }
        keys[size] = key;
        positions[size] = NO_POSITIONS;
        table[slot] = key;
        indexes[slot] = size++;
        if (2 * size > table.length) {
            grow();
        }
        return size - 1;
    }

    private void grow() {
        table = new long[2 * table.length];
        indexes = new int[table.length];
        Arrays.fill(table, -1);
        for (int index = 0; index < size; index++) {
            int slot = slot(keys[index]);
            while (table[slot] >= 0) {
                slot = (slot + 1) & (table.length - 1);
            }
            table[slot] = keys[index];
            indexes[slot] = index;
        }
    }

    private int slot(long key) {
        long mixed = key * 0x9E3779B97F4A7C15L;
        return (int) (mixed ^ mixed >>> 32) & (table.length - 1);
    }
}
