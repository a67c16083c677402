package inkling.core.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/// A dense, row-major block of 32-bit floats outside the Java heap.
///
/// Kernels see every tensor as a matrix of [#rows()] × [#columns()]: the last dimension is the columns, all
/// others are the rows. A tensor is a view: it owns no memory, and several tensors may share the same bytes.
/// The arena that allocated the bytes decides how long they live.
///
/// A *virtual* tensor has a shape and no memory; the counting device runs on those.
public final class Tensor {
    /// Elements are little-endian floats, aligned to 4 bytes (allocations start at multiples of 64 bytes).
    public static final ValueLayout.OfFloat LAYOUT = ValueLayout.JAVA_FLOAT.withOrder(ByteOrder.LITTLE_ENDIAN);

    /// Alignment of every allocation: one cache line, and one 512-bit vector.
    public static final long ALIGNMENT_BYTES = 64;

    private final MemorySegment segment;
    private final int[] shape;
    private final int rows;
    private final int columns;

    private Tensor(MemorySegment segment, int[] shape) {
        this.segment = segment;
        this.shape = shape;
        this.columns = shape.length == 0 ? 1 : shape[shape.length - 1];
        long rowCount = 1;
        for (int i = 0; i + 1 < shape.length; i++) {
            rowCount *= shape[i];
        }
        if (rowCount > Integer.MAX_VALUE) {
            throw new ShapeException("tensor of shape " + Arrays.toString(shape) + " has more than 2^31 - 1 rows");
        }
        this.rows = (int) rowCount;
    }

    /// A new tensor of zeros that lives as long as the arena.
    public static Tensor allocate(Arena arena, int... shape) {
        return new Tensor(arena.allocate(elements(shape) * Float.BYTES, ALIGNMENT_BYTES), shape.clone());
    }

    /// A tensor over existing bytes outside the Java heap; the segment must hold exactly the elements of the shape.
    public static Tensor over(MemorySegment segment, int... shape) {
        if (!segment.isNative()) {
            throw new IllegalArgumentException("a tensor needs memory from an arena, not an array of the Java heap");
        }
        if (segment.byteSize() != elements(shape) * Float.BYTES) {
            throw new ShapeException("tensor of shape " + Arrays.toString(shape) + " needs "
                    + elements(shape) * Float.BYTES + " bytes, the segment has " + segment.byteSize());
        }
        return new Tensor(segment, shape.clone());
    }

    /// A tensor with a shape and no memory; only the counting device may be given one.
    public static Tensor virtual(int... shape) {
        long _ = elements(shape);
        return new Tensor(MemorySegment.NULL, shape.clone());
    }

    /// A new tensor that lives until the garbage collector finds it unreachable, filled from an array.
    public static Tensor of(float[] values, int... shape) {
        Tensor tensor = allocate(Arena.ofAuto(), shape);
        tensor.copyFrom(values);
        return tensor;
    }

    /// Number of elements of a shape; refuses negative dimensions and products beyond what an address can name.
    public static long elements(int... shape) {
        long count = 1;
        for (int dimension : shape) {
            if (dimension < 0) {
                throw new ShapeException("shape " + Arrays.toString(shape) + " has a negative dimension");
            }
            count = Math.multiplyExact(count, (long) dimension);
        }
        return Math.multiplyExact(count, 4L) / 4L;
    }

    /// The bytes of the elements, in row-major order.
    public MemorySegment segment() {
        return segment;
    }

    /// True for a tensor without memory.
    public boolean isVirtual() {
        return segment.equals(MemorySegment.NULL) && size() > 0;
    }

    /// A copy of the shape.
    public int[] shape() {
        return shape.clone();
    }

    /// Number of dimensions.
    public int rank() {
        return shape.length;
    }

    /// Size of one dimension.
    public int dimension(int axis) {
        return shape[axis];
    }

    /// Product of all dimensions but the last.
    public int rows() {
        return rows;
    }

    /// The last dimension (1 for a scalar).
    public int columns() {
        return columns;
    }

    /// Number of elements.
    public long size() {
        return (long) rows * columns;
    }

    /// Bytes of all elements.
    public long byteSize() {
        return size() * Float.BYTES;
    }

    /// True where both have the same shape.
    public boolean sameShape(Tensor other) {
        return Arrays.equals(shape, other.shape);
    }

    /// True where the tensor has this shape.
    public boolean hasShape(int... expected) {
        return Arrays.equals(shape, expected);
    }

    /// The shape as the papers write it: `(8, 256, 512)`.
    public String shapeText() {
        return Arrays.toString(shape).replace('[', '(').replace(']', ')');
    }

    /// The same elements under another shape.
    public Tensor reshape(int... newShape) {
        if (elements(newShape) != size()) {
            throw new ShapeException("reshape: " + shapeText() + " has " + size() + " elements, "
                    + Arrays.toString(newShape) + " has " + elements(newShape));
        }
        return new Tensor(segment, newShape.clone());
    }

    /// Rows `from` (inclusive) to `to` (exclusive) as a matrix that shares the memory.
    public Tensor rows(int from, int to) {
        if (from < 0 || to < from || to > rows) {
            throw new ShapeException("rows: " + from + " to " + to + " of a tensor with " + rows + " rows");
        }
        int[] part = {to - from, columns};
        if (isVirtual()) {
            return new Tensor(MemorySegment.NULL, part);
        }
        long rowBytes = (long) columns * Float.BYTES;
        return new Tensor(segment.asSlice(from * rowBytes, (to - from) * rowBytes), part);
    }

    /// One element by its position in row-major order.
    public float get(long index) {
        return segment.getAtIndex(LAYOUT, index);
    }

    /// Sets one element by its position in row-major order.
    public void set(long index, float value) {
        segment.setAtIndex(LAYOUT, index, value);
    }

    /// Copies all elements from an array of the same length.
    public void copyFrom(float[] values) {
        if (values.length != size()) {
            throw new ShapeException(
                    "copyFrom: tensor " + shapeText() + " has " + size() + " elements, the array " + values.length);
        }
        MemorySegment.copy(values, 0, segment, LAYOUT, 0, values.length);
    }

    /// Copies all elements from a tensor of the same size.
    public void copyFrom(Tensor source) {
        if (source.size() != size()) {
            throw new ShapeException("copyFrom", "source", source, size() + " elements");
        }
        segment.copyFrom(source.segment);
    }

    /// All elements as a new array.
    public float[] toArray() {
        return segment.toArray(LAYOUT);
    }

    @Override
    public String toString() {
        return "Tensor" + shapeText();
    }
}
