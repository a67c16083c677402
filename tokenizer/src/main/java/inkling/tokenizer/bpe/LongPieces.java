package inkling.tokenizer.bpe;

import java.util.Arrays;

/// The ids of the pieces of a batch that [PieceCache] cannot hold, remembered up to a length and a bound.
///
/// A list of ids lies in one array behind its length; its *number* is where. Lists stay valid until
/// [#makeRoom], which empties everything once the bound is reached.
final class LongPieces {
    private static final int MAX_LENGTH = 256;
    private static final int BOUND = 1 << 19;
    private static final int[] NONE = {};

    private byte[] bytes = new byte[1 << 10];
    private int byteCount;
    private int[] ids = new int[1 << 8];
    private int idCount;
    private int[] starts = new int[1 << 6];
    private int[] numbers = new int[1 << 6];
    private int[] hashes = new int[1 << 6];
    private int size;
    private int[] table = new int[1 << 8];
    private int hash;

    /// Forgets everything if that is too much; to be called between batches.
    void makeRoom() {
        if (byteCount > BOUND || idCount > BOUND) {
            byteCount = 0;
            idCount = 0;
            size = 0;
            Arrays.fill(table, 0);
            if (ids.length > 4 * BOUND) {
                ids = NONE;
            }
        }
    }

    /// The number of the list of a piece, or -1 if it is not known.
    int find(byte[] text, int from, int to) {
        if (to - from > MAX_LENGTH) {
            return -1;
        }
        hash = hash(text, from, to);
        for (int slot = hash & table.length - 1; table[slot] != 0; slot = slot + 1 & table.length - 1) {
            int piece = table[slot] - 1;
            if (hashes[piece] == hash && Arrays.equals(bytes, starts[piece], starts[piece + 1], text, from, to)) {
                return numbers[piece];
            }
        }
        return -1;
    }

    /// Keeps the list of a piece that [#find] just did not find; returns its number.
    int put(byte[] text, int from, int to, int[] list, int first, int count) {
        int number = idCount;
        if (ids.length - idCount <= count) {
            ids = Arrays.copyOf(ids, Math.max(2 * ids.length, idCount + count + 1));
        }
        ids[idCount] = count;
        System.arraycopy(list, first, ids, idCount + 1, count);
        idCount += count + 1;
        if (to - from <= MAX_LENGTH) {
            remember(text, from, to, number);
        }
        return number;
    }

    private void remember(byte[] text, int from, int to, int number) {
        int length = to - from;
        if (bytes.length - byteCount < length) {
            bytes = Arrays.copyOf(bytes, 2 * bytes.length);
        }
        if (size + 1 == starts.length) {
            starts = Arrays.copyOf(starts, 2 * starts.length);
            numbers = Arrays.copyOf(numbers, starts.length);
            hashes = Arrays.copyOf(hashes, starts.length);
        }
        System.arraycopy(text, from, bytes, byteCount, length);
        byteCount += length;
        hashes[size] = hash;
        numbers[size] = number;
        starts[++size] = byteCount;
        if (2 * size > table.length) {
            table = new int[4 * table.length];
            for (int piece = 0; piece < size - 1; piece++) {
                enter(piece);
            }
        }
        enter(size - 1);
    }

    private void enter(int piece) {
        int slot = hashes[piece] & table.length - 1;
        while (table[slot] != 0) {
            slot = slot + 1 & table.length - 1;
        }
        table[slot] = piece + 1;
    }

    /// Appends a list of ids.
    void emit(int number, TokenBuffer out) {
        int count = ids[number];
        out.reserve(count);
        System.arraycopy(ids, number + 1, out.ids(), out.size(), count);
        out.setSize(out.size() + count);
    }

    private static int hash(byte[] text, int from, int to) {
        long hash = (long) to - from;
        for (int i = from; i < to; i++) {
            hash = hash * 31 + text[i];
        }
        hash *= 0x9E3779B97F4A7C15L;
        return (int) (hash >>> 32);
    }
}
