package inkling.core.nn;

import inkling.core.tensor.Ids;
import inkling.core.tensor.Tensor;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/// Keys and values of all tokens of one growing sequence, for every layer, so that generation computes each
/// only once.
public final class KeyValueCache {
    private final List<Tensor> keys = new ArrayList<>();
    private final List<Tensor> values = new ArrayList<>();
    private final Ids positions;
    /// The position of a single next token, always at the same address.
    private final Ids nextPosition;
    private final int capacity;
    private int length;

    private KeyValueCache(ModelConfig config, int capacity, Ids positions, Ids nextPosition) {
        if (capacity < 1 || capacity > config.contextLength()) {
            throw new IllegalArgumentException("key/value cache: capacity " + capacity
                    + ", expected 1 to the context length " + config.contextLength());
        }
        this.capacity = capacity;
        this.positions = positions;
        this.nextPosition = nextPosition;
    }

    /// An empty cache for so many tokens; `4 · 2 · L · G·K · capacity` bytes that live as long as the arena.
    public static KeyValueCache allocate(Arena arena, ModelConfig config, int capacity) {
        KeyValueCache cache =
                new KeyValueCache(config, capacity, Ids.allocate(arena, capacity), Ids.allocate(arena, 1));
        for (int i = 0; i < capacity; i++) {
            cache.positions.set(i, i);
        }
        for (int layer = 0; layer < config.numLayers(); layer++) {
            cache.keys.add(Tensor.allocate(arena, config.numKeyValueHeads(), capacity, config.headWidth()));
            cache.values.add(Tensor.allocate(arena, config.numKeyValueHeads(), capacity, config.headWidth()));
        }
        return cache;
    }

    /// A cache without memory, for the counting device.
    public static KeyValueCache virtual(ModelConfig config, int capacity) {
        KeyValueCache cache = new KeyValueCache(config, capacity, Ids.virtual(capacity), Ids.virtual(1));
        for (int layer = 0; layer < config.numLayers(); layer++) {
            Tensor tensor = Tensor.virtual(config.numKeyValueHeads(), capacity, config.headWidth());
            cache.keys.add(tensor);
            cache.values.add(tensor);
        }
        return cache;
    }

    /// Tokens it holds.
    public int length() {
        return length;
    }

    /// Tokens it can hold.
    public int capacity() {
        return capacity;
    }

    /// Forgets all tokens from this length on; the next tokens take their places.
    public void truncate(int newLength) {
        if (newLength < 0 || newLength > length) {
            throw new IllegalArgumentException(
                    "key/value cache: cannot truncate " + length + " tokens to " + newLength);
        }
        length = newLength;
    }

    /// Keys of one layer, `(G, capacity, K)`.
    Tensor keys(int layer) {
        return keys.get(layer);
    }

    /// Values of one layer, `(G, capacity, K)`.
    Tensor values(int layer) {
        return values.get(layer);
    }

    /// The positions that `count` further tokens have.
    Ids nextPositions(int count) {
        if (count < 1 || count > capacity - length) {
            throw new IllegalArgumentException("key/value cache: " + count + " more tokens do not fit, " + length
                    + " of " + capacity + " places are taken");
        }
        if (count > 1 || nextPosition.isVirtual()) {
            return positions.slice(length, length + count);
        }
        nextPosition.set(0, length);
        return nextPosition;
    }

    void advance(int count) {
        length += count;
    }
}
