package inkling.tokenizer.bpe;

import java.util.Arrays;

/// A growing array of ids.
public final class TokenBuffer {
    private static final int KEPT_ROOM = 1 << 22;

    private int[] ids;
    private int size;

    /// An empty buffer with room for some ids.
    public TokenBuffer(int room) {
        this.ids = new int[Math.max(room, 16)];
    }

    /// Adds an id.
    public void add(int id) {
        reserve(1);
        ids[size++] = id;
    }

    /// Adds all ids of another buffer.
    void addAll(TokenBuffer other) {
        reserve(other.size);
        System.arraycopy(other.ids, 0, ids, size, other.size);
        size += other.size;
    }

    /// The ids; only the first [#size] count. Valid until the buffer grows.
    public int[] ids() {
        return ids;
    }

    /// The number of ids.
    public int size() {
        return size;
    }

    /// Sets the number of ids, which must fit the reserved room.
    void setSize(int newSize) {
        size = newSize;
    }

    /// Forgets all ids and keeps the room, unless it is very large.
    public void clear() {
        if (ids.length > KEPT_ROOM) {
            ids = new int[KEPT_ROOM];
        }
        size = 0;
    }

    /// Makes room for more ids.
    void reserve(int more) {
        if (ids.length - size < more) {
            ids = Arrays.copyOf(ids, Math.max(size + more, (int) Math.min(2L * ids.length, Integer.MAX_VALUE - 16)));
        }
    }

    /// The ids as an array of their own.
    public int[] toArray() {
        return Arrays.copyOf(ids, size);
    }
}
