package inkling.core.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// A vector of 32-bit integers outside the Java heap: token ids, targets, positions.
public final class Ids {
    /// Elements are little-endian 32-bit integers.
    public static final ValueLayout.OfInt LAYOUT = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final MemorySegment segment;
    private final int size;

    private Ids(MemorySegment segment, int size) {
        this.segment = segment;
        this.size = size;
    }

    /// A new vector of zeros that lives as long as the arena.
    public static Ids allocate(Arena arena, int size) {
        return new Ids(arena.allocate((long) size * Integer.BYTES, Tensor.ALIGNMENT_BYTES), size);
    }

    /// A new vector that lives until the garbage collector finds it unreachable.
    public static Ids of(int... values) {
        Ids ids = allocate(Arena.ofAuto(), values.length);
        ids.copyFrom(values);
        return ids;
    }

    /// A vector with a length and no memory, for the counting device.
    public static Ids virtual(int size) {
        return new Ids(MemorySegment.NULL, size);
    }

    /// True for a vector without memory.
    public boolean isVirtual() {
        return segment.equals(MemorySegment.NULL);
    }

    /// Number of elements.
    public int size() {
        return size;
    }

    /// The bytes of the elements.
    public MemorySegment segment() {
        return segment;
    }

    /// One element.
    public int get(int index) {
        return segment.getAtIndex(LAYOUT, index);
    }

    /// Sets one element.
    public void set(int index, int value) {
        segment.setAtIndex(LAYOUT, index, value);
    }

    /// Copies all elements from an array of the same length.
    public void copyFrom(int[] values) {
        if (values.length != size) {
            throw new ShapeException("copyFrom: " + values.length + " ids for a vector of " + size);
        }
        MemorySegment.copy(values, 0, segment, LAYOUT, 0, size);
    }

    /// Elements `from` (inclusive) to `to` (exclusive), sharing the memory.
    public Ids slice(int from, int to) {
        if (isVirtual()) {
            return virtual(to - from);
        }
        return new Ids(segment.asSlice((long) from * Integer.BYTES, (long) (to - from) * Integer.BYTES), to - from);
    }

    /// All elements as a new array.
    public int[] toArray() {
        return segment.toArray(LAYOUT);
    }
}
