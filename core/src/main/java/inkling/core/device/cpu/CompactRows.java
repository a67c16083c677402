package inkling.core.device.cpu;

import inkling.core.tensor.CompactMatrix;
import inkling.core.tensor.WeightFormat;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// The two innermost loops over a block of a [CompactMatrix]: 64 rows times one row `x`, 64 sums side by side.
///
/// ```
///              x[j]                                 for each column j:
///               │ broadcast                           64 numbers, read front to back
///   ┌───────────▼───────────┐                         become 4 vectors of floats
///   │ 64 rows of column j   │  ──▶  s₀ s₁ s₂ s₃       4 multiply-adds, each lane for a row
///   └───────────────────────┘
/// ```
///
/// Four vectors are 64 rows where vectors have 16 lanes. Narrower ones take the block several times: lanes `first …` of
/// each run of 16 rows. Sums leave in an array: a vector that is handed on to a method that the compiler does not take
/// in goes over the heap.
final class CompactRows {
    /// Neighbours that stay together: rows `i … i+16` are one half of 16 words, or 16 bytes.
    static final int RUN = 16;

    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    private static final VectorSpecies<Integer> INTS = S.withLanes(int.class);

    /// As many bytes as a vector has floats, or 8 where that would be no vector: the others are not used.
    private static final VectorSpecies<Byte> BYTES =
            VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, 8 * Lanes.COUNT)));

    /// Not aligned, so that the compiler has nothing to check in the loop.
    private static final ValueLayout.OfFloat F = ValueLayout.JAVA_FLOAT_UNALIGNED;

    private static final int UPPER_HALF = 0xFFFF0000;

    private CompactRows() {}

    /// `sums[i] = Σⱼ x[j] · W[64·block + i, j]`; `xAt` in elements.
    static void multiply(float[] sums, MemorySegment x, long xAt, CompactMatrix matrix, int block) {
        long at = block * matrix.blockBytes();
        long scaleAt = 4L * block * matrix.blockScales();
        for (int first = 0; first < RUN; first += Lanes.COUNT) {
            if (matrix.format() == WeightFormat.BFLOAT16) {
                halves(sums, first, x, 4 * xAt, matrix.values(), at + 4L * first, matrix.columns());
            } else {
                long scale = scaleAt + 4L * first;
                bytes(sums, first, x, 4 * xAt, matrix.values(), at + first, matrix.scales(), scale, matrix.columns());
            }
        }
    }

    private static void halves(
            float[] sums, int first, MemorySegment x, long xAt, MemorySegment w, long wAt, int columns) {
        FloatVector s0 = FloatVector.zero(S);
        FloatVector s1 = FloatVector.zero(S);
        FloatVector s2 = FloatVector.zero(S);
        FloatVector s3 = FloatVector.zero(S);
        for (int j = 0; j < columns; j++) {
            FloatVector v = FloatVector.broadcast(S, x.get(F, xAt + 4L * j));
            IntVector w0 = words(w, wAt + 128L * j);
            IntVector w1 = words(w, wAt + 128L * j + 64);
            s0 = v.fma(lower(w0), s0);
            s1 = v.fma(upper(w0), s1);
            s2 = v.fma(lower(w1), s2);
            s3 = v.fma(upper(w1), s3);
        }
        put(sums, first, s0, s1, s2, s3);
    }

    private static void bytes(
            float[] sums,
            int first,
            MemorySegment x,
            long xAt,
            MemorySegment w,
            long wAt,
            MemorySegment scales,
            long scaleAt,
            int columns) {
        FloatVector s0 = FloatVector.zero(S);
        FloatVector s1 = FloatVector.zero(S);
        FloatVector s2 = FloatVector.zero(S);
        FloatVector s3 = FloatVector.zero(S);
        for (int group = 0; group < columns; group += CompactMatrix.GROUP) {
            FloatVector g0 = FloatVector.zero(S);
            FloatVector g1 = FloatVector.zero(S);
            FloatVector g2 = FloatVector.zero(S);
            FloatVector g3 = FloatVector.zero(S);
            int count = Math.min(CompactMatrix.GROUP, columns - group);
            long fromX = xAt + 4L * group;
            long from = wAt + 64L * group;
            for (int j = 0; j < count; j++) {
                FloatVector v = FloatVector.broadcast(S, x.get(F, fromX + 4L * j));
                g0 = v.fma(floats(w, from + 64L * j), g0);
                g1 = v.fma(floats(w, from + 64L * j + RUN), g1);
                g2 = v.fma(floats(w, from + 64L * j + 2 * RUN), g2);
                g3 = v.fma(floats(w, from + 64L * j + 3 * RUN), g3);
            }
            long scale = scaleAt + 4L * group;
            s0 = g0.fma(FloatVector.fromMemorySegment(S, scales, scale, Lanes.ORDER), s0);
            s1 = g1.fma(FloatVector.fromMemorySegment(S, scales, scale + 4 * RUN, Lanes.ORDER), s1);
            s2 = g2.fma(FloatVector.fromMemorySegment(S, scales, scale + 8 * RUN, Lanes.ORDER), s2);
            s3 = g3.fma(FloatVector.fromMemorySegment(S, scales, scale + 12 * RUN, Lanes.ORDER), s3);
        }
        put(sums, first, s0, s1, s2, s3);
    }

    private static void put(float[] sums, int first, FloatVector s0, FloatVector s1, FloatVector s2, FloatVector s3) {
        s0.intoArray(sums, first);
        s1.intoArray(sums, first + RUN);
        s2.intoArray(sums, first + 2 * RUN);
        s3.intoArray(sums, first + 3 * RUN);
    }

    /// Words of 16-bit numbers from a place in bytes.
    private static IntVector words(MemorySegment from, long at) {
        return IntVector.fromMemorySegment(INTS, from, at, Lanes.ORDER);
    }

    /// The numbers in the lower halves.
    private static FloatVector lower(IntVector words) {
        return words.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
    }

    /// The numbers in the upper halves.
    private static FloatVector upper(IntVector words) {
        return words.and(UPPER_HALF).reinterpretAsFloats();
    }

    /// Whole numbers of 8 bits.
    private static FloatVector floats(MemorySegment from, long at) {
        return (FloatVector)
                ByteVector.fromMemorySegment(BYTES, from, at, Lanes.ORDER).convertShape(VectorOperators.B2F, S, 0);
    }

    /// Writes a block in 32 bits and transposed: column `j` of the block to `to[j, 0 … 64]`, rows of `width` elements.
    /// A last block of fewer rows ends where they end.
    static void expand(CompactMatrix matrix, int block, MemorySegment to, long element, int width) {
        int firstRow = block * CompactMatrix.BLOCK_ROWS;
        int rows = Math.min(CompactMatrix.BLOCK_ROWS, matrix.rows() - firstRow);
        for (int j = 0; j < matrix.columns(); j++) {
            long at = element + (long) j * width;
            if (rows < CompactMatrix.BLOCK_ROWS) {
                for (int i = 0; i < rows; i++) {
                    Lanes.set(to, at + i, matrix.get(firstRow + i, j));
                }
            } else if (matrix.format() == WeightFormat.BFLOAT16) {
                expandHalves(matrix, block, j, to, at);
            } else {
                expandBytes(matrix, block, j, to, at);
            }
        }
    }

    private static void expandHalves(CompactMatrix matrix, int block, int column, MemorySegment to, long at) {
        long from = block * matrix.blockBytes() + column * matrix.columnBytes();
        for (int first = 0; first < RUN; first += Lanes.COUNT) {
            IntVector w0 = words(matrix.values(), from + 4L * first);
            IntVector w1 = words(matrix.values(), from + 4L * first + 64);
            Lanes.store(lower(w0), to, at + first);
            Lanes.store(upper(w0), to, at + first + RUN);
            Lanes.store(lower(w1), to, at + first + 2 * RUN);
            Lanes.store(upper(w1), to, at + first + 3 * RUN);
        }
    }

    private static void expandBytes(CompactMatrix matrix, int block, int column, MemorySegment to, long at) {
        long from = block * matrix.blockBytes() + column * matrix.columnBytes();
        long scale = block * matrix.blockScales() + (long) column / CompactMatrix.GROUP * CompactMatrix.BLOCK_ROWS;
        for (int i = 0; i < CompactMatrix.BLOCK_ROWS; i += Lanes.COUNT) {
            FloatVector whole = floats(matrix.values(), from + i);
            Lanes.store(whole.mul(Lanes.load(matrix.scales(), scale + i)), to, at + i);
        }
    }
}
