package inkling.core.device.cpu;

import inkling.core.device.cpu.Packing.Piece;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// Rounds pieces of FP32 matrices to bf16 and brings them into the order of [Bf16Tiles]. Offsets are in bytes.
///
/// Rounding is to the nearest, ties to even; what is too large becomes infinite, NaN stays NaN.
///
/// Both orders want two steps of the sum side by side, a *pair* of 32 bits. Where the steps of the source lie in its
/// columns, a row of rounded numbers is a row of pairs; where they lie in its rows, two rows are merged. If the pairs
/// then run the wrong way, they are transposed as any 32-bit elements are.
final class Bf16Packing {
    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    private static final VectorSpecies<Short> HALF =
            VectorSpecies.of(short.class, VectorShape.forBitSize(S.vectorBitSize() / 2));
    private static final int L = Lanes.COUNT;
    private static final ByteOrder O = ByteOrder.LITTLE_ENDIAN;
    private static final int UPPER_HALF = 0xFFFF_0000;

    private Bf16Packing() {}

    /// `to[row][column] = bf16(from[row, column])`, rows of `width` numbers (a multiple of 32), zeros beyond the last
    /// column.
    static void rows(MemorySegment to, long toAt, int width, Piece from) {
        int whole = from.columns - from.columns % L;
        VectorMask<Float> tail = Lanes.mask(from.columns - whole);
        for (int i = 0; i < from.rows; i++) {
            long source = from.at + i * from.rowBytes;
            long target = toAt + 2L * i * width;
            int j = 0;
            for (; j < whole; j += L) {
                FloatVector x = FloatVector.fromMemorySegment(S, from.segment, source + 4L * j, O);
                narrow(rounded(x)).intoMemorySegment(to, target + 2L * j, O);
            }
            if (j < from.columns) {
                FloatVector x = FloatVector.fromMemorySegment(S, from.segment, source + 4L * j, O, tail);
                narrow(rounded(x)).intoMemorySegment(to, target + 2L * j, O);
                j += L;
            }
            for (; j < width; j += L) {
                ShortVector.zero(HALF).intoMemorySegment(to, target + 2L * j, O);
            }
        }
    }

    /// `to[row/2][column] = (bf16(from[row, column]), bf16(from[row+1, column]))`: `steps/2` rows of `width` pairs (a
    /// multiple of 16), zeros beyond the last row and column.
    static void pairs(MemorySegment to, long toAt, int width, int steps, Piece from) {
        long rowBytes = 4L * width;
        for (int i = 0; i < steps; i += 2) {
            long target = toAt + i / 2 * rowBytes;
            long source = from.at + i * from.rowBytes;
            if (i + 1 < from.rows) {
                rowOfPairs(to, target, width, from, source, source + from.rowBytes);
            } else {
                to.asSlice(target, rowBytes).fill((byte) 0);
                if (i < from.rows) {
                    lastRow(to, target, from, source);
                }
            }
        }
    }

    private static void rowOfPairs(MemorySegment to, long target, int width, Piece from, long first, long second) {
        MemorySegment segment = from.segment;
        int whole = from.columns - from.columns % L;
        int j = 0;
        for (; j < whole; j += L) {
            FloatVector x = FloatVector.fromMemorySegment(S, segment, first + 4L * j, O);
            FloatVector y = FloatVector.fromMemorySegment(S, segment, second + 4L * j, O);
            merged(x, y).intoMemorySegment(to, target + 4L * j, O);
        }
        if (j < from.columns) {
            VectorMask<Float> tail = Lanes.mask(from.columns - whole);
            FloatVector x = FloatVector.fromMemorySegment(S, segment, first + 4L * j, O, tail);
            FloatVector y = FloatVector.fromMemorySegment(S, segment, second + 4L * j, O, tail);
            merged(x, y).intoMemorySegment(to, target + 4L * j, O);
            j += L;
        }
        for (; j < width; j += L) {
            FloatVector.zero(S).intoMemorySegment(to, target + 4L * j, O);
        }
    }

    /// The row without a partner where the number of rows is odd; happens once a product.
    private static void lastRow(MemorySegment to, long target, Piece from, long source) {
        for (int j = 0; j < from.columns; j += L) {
            VectorMask<Float> mask = Lanes.mask(from.columns - j);
            FloatVector x = FloatVector.fromMemorySegment(S, from.segment, source + 4L * j, O, mask);
            merged(x, FloatVector.zero(S)).intoMemorySegment(to, target + 4L * j, O);
        }
    }

    /// Transposes a matrix of pairs: `to[column][row] = from[row][column]`; both counts are multiples of 16.
    static void transposed(
            MemorySegment to, long toAt, long toStep, MemorySegment from, long step, int rows, int columns) {
        for (int i = 0; i < rows; i += L) {
            Transposition.blocks(to, toAt + 4L * i, toStep, from, i * step, step, columns / L);
        }
    }

    /// The bf16 number in the upper half of each lane; the lower halves are to be cut off.
    private static IntVector rounded(FloatVector x) {
        IntVector bits = x.reinterpretAsInts();
        // just below half of the last place, and one more where the number is odd: ties go to the even one
        IntVector up =
                bits.lanewise(VectorOperators.LSHR, 16).and(1).add(0x7FFF).add(bits);
        IntVector quiet = bits.or(0x0040_0000);
        return up.blend(quiet, x.test(VectorOperators.IS_NAN).cast(up.species()));
    }

    private static ShortVector narrow(IntVector upper) {
        IntVector lower = upper.lanewise(VectorOperators.LSHR, 16);
        return (ShortVector) lower.convertShape(VectorOperators.I2S, HALF, 0);
    }

    private static IntVector merged(FloatVector first, FloatVector second) {
        return rounded(first)
                .lanewise(VectorOperators.LSHR, 16)
                .or(rounded(second).and(UPPER_HALF));
    }
}
