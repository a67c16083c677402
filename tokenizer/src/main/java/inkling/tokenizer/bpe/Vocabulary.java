package inkling.tokenizer.bpe;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// The bytes of every token, and the way back from bytes to id.
///
/// Ids may have gaps. Special tokens have bytes like all others but are not found by their bytes.
public final class Vocabulary {
    /// The highest number of ids a vocabulary may have: a pair of ids and a rank fit one `long` in [MergeTable].
    public static final int MAX_SIZE = 1 << 20;

    /// A hash is `((b₀·f + b₁)·f + b₂)·f + …`, so that those of parts follow from those of prefixes.
    static final int HASH_FACTOR = 0x01000193;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /// Bytes behind the last token, so that the first so many of every token can be read at once.
    static final int WIDE = 16;

    private static final int EMPTY = -1;
    private static final int TAGS = Integer.MAX_VALUE & -MAX_SIZE;

    private final byte[] pool;
    private final int[] starts;

    /// Open addressing: the id in the lower 20 bits, above it 11 bits of the hash, which spare most comparisons of
    /// bytes.
    private final int[] table;
    private final int mask;

    /// Takes the collected tokens.
    ///
    /// @throws IllegalArgumentException if two ordinary tokens have the same bytes
    public Vocabulary(TokenList tokens) {
        int total = 0;
        for (int id = 0; id < tokens.size(); id++) {
            total += tokens.length(id);
        }
        this.pool = new byte[total + WIDE];
        this.starts = new int[tokens.size() + 1];
        this.mask = Integer.highestOneBit(Math.max(tokens.size(), 8)) * 4 - 1;
        this.table = new int[mask + 1];
        Arrays.fill(table, EMPTY);
        byte[] bytes = tokens.pool();
        int at = 0;
        for (int id = 0; id < tokens.size(); id++) {
            int first = tokens.start(id);
            int last = first + tokens.length(id);
            int hash = 0;
            for (int i = first; i < last; i++) {
                hash = hash * HASH_FACTOR + bytes[i];
                pool[at++] = bytes[i];
            }
            starts[id + 1] = at;
            if (last > first && !tokens.isSpecial(id)) {
                insert(id, spread(hash, last - first));
            }
        }
    }

    private void insert(int id, int hash) {
        int slot = slot(hash, pool, starts[id], starts[id + 1]);
        if (table[slot] != EMPTY) {
            throw new IllegalArgumentException(
                    "the ids " + (table[slot] & MAX_SIZE - 1) + " and " + id + " have the same bytes");
        }
        table[slot] = tag(hash) | id;
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

    /// Checks an id.
    ///
    /// @throws IllegalArgumentException if there is no token of that id
    public void requireToken(int id) {
        if (!contains(id)) {
            throw new IllegalArgumentException("expected ids of tokens, below " + size() + ", found " + id);
        }
    }

    /// Copies the bytes of a token to `target` at `at` and returns where they end.
    public int copy(int id, byte[] target, int at) {
        int start = starts[id];
        int length = starts[id + 1] - start;
        System.arraycopy(pool, start, target, at, length);
        return at + length;
    }

    /// As [#copy], where `target` has room for [#WIDE] bytes more, which may be overwritten.
    int copyWide(int id, byte[] target, int at) {
        int start = starts[id];
        int length = starts[id + 1] - start;
        LONG.set(target, at, (long) LONG.get(pool, start));
        LONG.set(target, at + 8, (long) LONG.get(pool, start + 8));
        if (length > WIDE) {
            System.arraycopy(pool, start, target, at, length);
        }
        return at + length;
    }

    /// The id of the ordinary token with exactly these bytes, or -1.
    public int find(byte[] text, int from, int to) {
        return find(text, from, to, hash(text, from, to));
    }

    /// As [#find(byte[], int, int)], with the hash of the bytes: a polynomial of [#HASH_FACTOR].
    int find(byte[] text, int from, int to, int hash) {
        int entry = table[slot(spread(hash, to - from), text, from, to)];
        return entry == EMPTY ? -1 : entry & MAX_SIZE - 1;
    }

    /// The slot that holds these bytes, or the empty one where they would be put.
    private int slot(int hash, byte[] text, int from, int to) {
        int tag = tag(hash);
        int slot = hash & mask;
        while (true) {
            int entry = table[slot];
            if (entry == EMPTY || (entry & TAGS) == tag && isToken(entry & MAX_SIZE - 1, text, from, to)) {
                return slot;
            }
            slot = (slot + 1) & mask;
        }
    }

    private boolean isToken(int id, byte[] text, int from, int to) {
        int start = starts[id];
        int length = to - from;
        if (starts[id + 1] - start != length) {
            return false;
        }
        if (length <= 8 && from + 8 <= text.length) {
            return ((long) LONG.get(pool, start) ^ (long) LONG.get(text, from)) << (8 - length << 3) == 0;
        }
        return Arrays.equals(pool, start, start + length, text, from, to);
    }

    private static int tag(int hash) {
        return hash & TAGS;
    }

    /// Compares the bytes of two tokens as unsigned numbers, a prefix being smaller.
    public int compare(int first, int second) {
        return Arrays.compareUnsigned(pool, starts[first], starts[first + 1], pool, starts[second], starts[second + 1]);
    }

    private static int hash(byte[] text, int from, int to) {
        int hash = 0;
        for (int i = from; i < to; i++) {
            hash = hash * HASH_FACTOR + text[i];
        }
        return hash;
    }

    private static int spread(int hash, int length) {
        int mixed = (hash + length) * 0x9E3779B9;
        return mixed ^ mixed >>> 15;
    }
}
