package inkling.core.device.cpu;

import inkling.core.tensor.CompactMatrix;
import inkling.core.tensor.WeightFormat;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// Vectors of 32-bit floats from rows of a [CompactMatrix].
final class CompactRows {
    /// Words of a block of 16-bit numbers: word `i` holds numbers `i` and `16 + i`.
    static final int WORDS = 16;

    private static final VectorSpecies<Integer> INTS = Lanes.SPECIES.withLanes(int.class);

    /// As many bytes as a vector has floats, or 8 where that would be no vector: the others are not used.
    private static final VectorSpecies<Byte> BYTES =
            VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, 8 * Lanes.COUNT)));

    private static final int UPPER_HALF = 0xFFFF0000;

    private CompactRows() {}

    /// Words of 16-bit numbers from a place in bytes.
    static IntVector words(MemorySegment from, long at) {
        return IntVector.fromMemorySegment(INTS, from, at, Lanes.ORDER);
    }

    /// The numbers in the lower halves.
    static FloatVector lower(IntVector words) {
        return words.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
    }

    /// The numbers in the upper halves.
    static FloatVector upper(IntVector words) {
        return words.and(UPPER_HALF).reinterpretAsFloats();
    }

    /// Whole numbers of 8 bits.
    static FloatVector bytes(MemorySegment from, long at) {
        return (FloatVector) ByteVector.fromMemorySegment(BYTES, from, at, Lanes.ORDER)
                .convertShape(VectorOperators.B2F, Lanes.SPECIES, 0);
    }

    /// Writes a row in 32 bits, from an element on.
    static void expand(CompactMatrix matrix, int row, MemorySegment to, long element) {
        int done = matrix.format() == WeightFormat.BFLOAT16
                ? expandHalves(matrix, row, to, element)
                : expandBytes(matrix, row, to, element);
        for (int j = done; j < matrix.columns(); j++) {
            Lanes.set(to, element + j, matrix.get(row, j));
        }
    }

    private static int expandHalves(CompactMatrix matrix, int row, MemorySegment to, long element) {
        int block = 2 * WORDS;
        int whole = matrix.columns() / block * block;
        long base = row * matrix.rowBytes();
        for (int p = 0; p < whole; p += block) {
            for (int w = 0; w < WORDS; w += Lanes.COUNT) {
                IntVector words = words(matrix.values(), base + 2L * p + 4L * w);
                Lanes.store(lower(words), to, element + p + w);
                Lanes.store(upper(words), to, element + p + WORDS + w);
            }
        }
        return whole;
    }

    private static int expandBytes(CompactMatrix matrix, int row, MemorySegment to, long element) {
        int whole = matrix.columns() / CompactMatrix.GROUP * CompactMatrix.GROUP;
        long base = row * matrix.rowBytes();
        for (int p = 0; p < whole; p += CompactMatrix.GROUP) {
            float scale = Lanes.get(matrix.scales(), (long) row * matrix.groups() + p / CompactMatrix.GROUP);
            for (int j = p; j < p + CompactMatrix.GROUP; j += Lanes.COUNT) {
                Lanes.store(bytes(matrix.values(), base + j).mul(scale), to, element + j);
            }
        }
        return whole;
    }
}
