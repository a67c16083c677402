package inkling.tokenizer.train;

import java.util.Arrays;

/// How often each distinct piece occurs: an open-addressing table whose keys lie in one array of bytes.
/// Belongs to one thread.
public final class PieceCounts {
    private static final int EMPTY = 0;

    private byte[] bytes = new byte[1 << 16];
    private int byteCount;
    private int[] table = new int[1 << 12];
    private int[] hashes = new int[1 << 11];
    private int[] starts = new int[(1 << 11) + 1];
    private long[] counts = new long[1 << 11];
    private int size;
    private long total;

    /// Adds `times` occurrences of a piece.
    public void add(byte[] text, int from, int to, long times) {
        total += times;
        int hash = hash(text, from, to);
        int mask = table.length - 1;
        int slot = hash & mask;
        while (table[slot] != EMPTY) {
            int piece = table[slot] - 1;
            if (hashes[piece] == hash && Arrays.equals(bytes, starts[piece], starts[piece + 1], text, from, to)) {
                counts[piece] += times;
                return;
            }
            slot = (slot + 1) & mask;
        }
        table[slot] = insert(hash, text, from, to, times) + 1;
        if (2 * size > table.length) {
            grow();
        }
    }

    /// Adds all pieces of another table.
    public void addAll(PieceCounts other) {
        for (int piece = 0; piece < other.size; piece++) {
            add(other.bytes, other.starts[piece], other.starts[piece + 1], other.counts[piece]);
        }
    }

    /// The number of distinct pieces.
    public int size() {
        return size;
    }

    /// The number of pieces, each as often as it occurs.
    public long total() {
        return total;
    }

    /// The bytes of a distinct piece.
    public byte[] piece(int piece) {
        return Arrays.copyOfRange(bytes, starts[piece], starts[piece + 1]);
    }

    /// How often a distinct piece occurs.
    public long times(int piece) {
        return counts[piece];
    }

    /// The bytes of all distinct pieces together.
    int byteCount() {
        return byteCount;
    }

    /// Where a distinct piece starts in [#bytes].
    int start(int piece) {
        return starts[piece];
    }

    /// The bytes of all distinct pieces, one after the other.
    byte[] bytes() {
        return bytes;
    }

    /// How often a distinct piece occurs.
    long count(int piece) {
        return counts[piece];
    }

    private int insert(int hash, byte[] text, int from, int to, long times) {
        int length = to - from;
        long needed = byteCount + (long) length;
        if (needed > Integer.MAX_VALUE - 16) {
            throw new IllegalStateException("the distinct pieces of the corpus exceed 2 GiB");
        }
        if (needed > bytes.length) {
            long doubled = Math.min(2L * bytes.length, Integer.MAX_VALUE - 16);
            bytes = Arrays.copyOf(bytes, (int) Math.max(doubled, needed));
        }
        if (size == counts.length) {
            hashes = Arrays.copyOf(hashes, 2 * size);
            counts = Arrays.copyOf(counts, 2 * size);
            starts = Arrays.copyOf(starts, 2 * size + 1);
        }
        System.arraycopy(text, from, bytes, byteCount, length);
        byteCount += length;
        hashes[size] = hash;
        counts[size] = times;
        starts[size + 1] = byteCount;
        return size++;
    }

    private void grow() {
        int[] larger = new int[2 * table.length];
        int mask = larger.length - 1;
        for (int piece = 0; piece < size; piece++) {
            int slot = hashes[piece] & mask;
            while (larger[slot] != EMPTY) {
                slot = (slot + 1) & mask;
            }
            larger[slot] = piece + 1;
        }
        table = larger;
    }

    private static int hash(byte[] text, int from, int to) {
        long hash = (long) to - from;
        for (int i = from; i < to; i++) {
            hash = (hash ^ text[i]) * 0x9E3779B97F4A7C15L;
            hash ^= hash >>> 29;
        }
        return (int) (hash ^ hash >>> 32);
    }
}
