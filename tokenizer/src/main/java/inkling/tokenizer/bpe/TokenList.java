package inkling.tokenizer.bpe;

import java.util.Arrays;

/// Tokens being collected by id, in any order and with gaps.
public final class TokenList {
    private static final int MAX_BYTES = Integer.MAX_VALUE - 64;

    private byte[] pool = new byte[1 << 13];
    private int used;
    private int[] starts = new int[1 << 10];
    private int[] lengths = new int[1 << 10];
    private boolean[] special = new boolean[1 << 10];
    private int size;

    /// Puts a token at its id.
    ///
    /// @param isSpecial whether it is only found as a special token, not by its bytes
    /// @throws IllegalArgumentException if the id is taken or beyond what is supported
    public void put(int id, byte[] bytes, boolean isSpecial) {
        put(id, bytes, bytes.length, isSpecial);
    }

    /// As [#put(int, byte[], boolean)], with the first bytes of an array.
    public void put(int id, byte[] bytes, int length, boolean isSpecial) {
        if (id < 0 || id >= Vocabulary.MAX_SIZE) {
            throw new IllegalArgumentException("expected ids from 0 to " + (Vocabulary.MAX_SIZE - 1) + ", found " + id);
        }
        if (contains(id)) {
            throw new IllegalArgumentException("two tokens have the id " + id);
        }
        if (id >= starts.length) {
            int room = Math.min(Vocabulary.MAX_SIZE, Math.max(id + 1, 2 * starts.length));
            starts = Arrays.copyOf(starts, room);
            lengths = Arrays.copyOf(lengths, room);
            special = Arrays.copyOf(special, room);
        }
        if (length > pool.length - used) {
            if (length > MAX_BYTES - used) {
                throw new IllegalArgumentException("all tokens together have more than " + MAX_BYTES + " bytes");
            }
            pool = Arrays.copyOf(pool, (int) Math.min(MAX_BYTES, Math.max(used + length, 2L * pool.length)));
        }
        System.arraycopy(bytes, 0, pool, used, length);
        starts[id] = used;
        lengths[id] = length;
        special[id] = isSpecial;
        used += length;
        size = Math.max(size, id + 1);
    }

    /// Takes a token out.
    public void remove(int id) {
        lengths[id] = 0;
    }

    /// Whether there is a token of that id.
    public boolean contains(int id) {
        return id < size && lengths[id] > 0;
    }

    /// The highest id plus one.
    public int size() {
        return size;
    }

    /// The bytes of all tokens, in the order in which they were put.
    byte[] pool() {
        return pool;
    }

    /// Where the bytes of a token start in the [#pool].
    int start(int id) {
        return starts[id];
    }

    /// The number of bytes of a token; 0 for a gap.
    int length(int id) {
        return lengths[id];
    }

    /// The bytes of a token.
    public byte[] bytes(int id) {
        return Arrays.copyOfRange(pool, starts[id], starts[id] + lengths[id]);
    }

    /// Whether the token of that id is special.
    public boolean isSpecial(int id) {
        return special[id];
    }
}
