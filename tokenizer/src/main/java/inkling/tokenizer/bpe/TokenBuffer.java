package inkling.tokenizer.bpe;

import java.util.Arrays;

/// A growing array of ids.
public final class TokenBuffer {
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

    /// Forgets all ids and keeps the room.
    public void clear() {
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
