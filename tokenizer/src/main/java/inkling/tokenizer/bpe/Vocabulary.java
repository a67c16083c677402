package inkling.tokenizer.bpe;

import java.util.Arrays;

/// The bytes of every token, and the way back from bytes to id.
///
/// Ids may have gaps. Special tokens have bytes like all others but are not found by their bytes.
public final class Vocabulary {
    /// The highest number of ids a vocabulary may have: a pair of ids and a rank fit one `long` in [MergeTable].
    public static final int MAX_SIZE = 1 << 20;

    private final byte[] pool;
    private final int[] starts;
    private final int[] table;
    private final int mask;

    /// Takes the collected tokens.
    ///
    /// @throws IllegalArgumentException if two ordinary tokens have the same bytes
    public Vocabulary(TokenList tokens) {
        long total = 0;
        for (int id = 0; id < tokens.size(); id++) {
            total += tokens.bytes(id).length;
        }
        if (total > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("all tokens together have " + total + " bytes, too many");
        }
        this.pool = new byte[(int) total];
        this.starts = new int[tokens.size() + 1];
        this.mask = Integer.highestOneBit(Math.max(tokens.size(), 8)) * 4 - 1;
        this.table = new int[mask + 1];
        Arrays.fill(table, -1);
        for (int id = 0; id < tokens.size(); id++) {
            byte[] token = tokens.bytes(id);
            starts[id + 1] = starts[id] + token.length;
            System.arraycopy(token, 0, pool, starts[id], token.length);
            if (token.length > 0 && !tokens.isSpecial(id)) {
                insert(id, token);
            }
        }
    }

    private void insert(int id, byte[] token) {
        int other = find(token, 0, token.length);
        if (other >= 0) {
            throw new IllegalArgumentException("the ids " + other + " and " + id + " have the same bytes");
        }
        int slot = hash(token, 0, token.length) & mask;
        while (table[slot] >= 0) {
            slot = (slot + 1) & mask;
        }
        table[slot] = id;
    }

    /// The highest id plus one.
    public int size() {
        return starts.length - 1;
    }

    /// Whether there is a token of that id.
    public boolean contains(int id) {
        return id >= 0 && id < starts.length - 1 && starts[id + 1] > starts[id];
    }

    /// The number of bytes of a token; 0 for a gap.
    public int length(int id) {
        return starts[id + 1] - starts[id];
    }

    /// The bytes of a token.
    public byte[] bytes(int id) {
        return Arrays.copyOfRange(pool, starts[id], starts[id + 1]);
    }

    /// Copies the bytes of a token to `target` at `at` and returns where they end.
    public int copy(int id, byte[] target, int at) {
        int start = starts[id];
        int length = starts[id + 1] - start;
        System.arraycopy(pool, start, target, at, length);
        return at + length;
    }

    /// The id of the ordinary token with exactly these bytes, or -1.
    public int find(byte[] text, int from, int to) {
        int slot = hash(text, from, to) & mask;
        while (true) {
            int id = table[slot];
            if (id < 0 || Arrays.equals(pool, starts[id], starts[id + 1], text, from, to)) {
                return id;
            }
            slot = (slot + 1) & mask;
        }
    }

    /// Compares the bytes of two tokens as unsigned numbers, a prefix being smaller.
    public int compare(int first, int second) {
        return Arrays.compareUnsigned(pool, starts[first], starts[first + 1], pool, starts[second], starts[second + 1]);
    }

    private static int hash(byte[] text, int from, int to) {
        int hash = to - from;
        for (int i = from; i < to; i++) {
            hash = (hash ^ text[i]) * 0x01000193;
        }
        return (hash * 0x9E3779B9) >>> 9 ^ hash;
    }
}
