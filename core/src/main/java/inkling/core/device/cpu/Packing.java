package inkling.core.device.cpu;

import inkling.core.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/// Brings pieces of matrices into the order in which the micro-kernel reads them: steps of the sum one after the
/// other, each with the elements of one panel side by side, filled up with zeros. Offsets are in bytes.
final class Packing {
    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    private static final int L = Lanes.COUNT;
    private static final ByteOrder O = ByteOrder.LITTLE_ENDIAN;
    private static final ValueLayout.OfFloat F = Tensor.LAYOUT;

    private Packing() {}

    /// A piece of a matrix, row by row.
    ///
    /// @param segment the memory it lies in
    /// @param at its first element
    /// @param rowBytes from one row to the next
    /// @param rows its rows
    /// @param columns its columns
    record Piece(MemorySegment segment, long at, long rowBytes, int rows, int columns) {}

    /// `to[row, column] = from[row, column]`, rows of `width` elements, zeros beyond the last column.
    static void copied(MemorySegment to, long toAt, int width, Piece from) {
        int whole = from.columns - from.columns % L;
        VectorMask<Float> tail = Lanes.mask(from.columns - whole);
        FloatVector zero = FloatVector.zero(S);
        MemorySegment source = from.segment;
        for (int i = 0; i < from.rows; i++) {
            long at = from.at + i * from.rowBytes;
            long target = toAt + 4L * i * width;
            int j = 0;
            for (; j < whole; j += L) {
                FloatVector.fromMemorySegment(S, source, at + 4L * j, O).intoMemorySegment(to, target + 4L * j, O);
            }
            if (j < from.columns) {
                FloatVector rest = FloatVector.fromMemorySegment(S, source, at + 4L * j, O, tail);
                rest.intoMemorySegment(to, target + 4L * j, O);
                j += L;
            }
            for (; j < width; j += L) {
                zero.intoMemorySegment(to, target + 4L * j, O);
            }
        }
    }

    /// `to[column, row] = from[row, column]`, rows of `width` elements, zeros beyond the last row of `from`.
    static void transposed(MemorySegment to, long toAt, int width, Piece from) {
        long step = 4L * width;
        for (int i = 0; i < width; i++) {
            long target = toAt + 4L * i;
            if (i < from.rows) {
                scatterRow(to, target, step, from, from.at + i * from.rowBytes);
            } else {
                for (int j = 0; j < from.columns; j++) {
                    to.set(F, target + j * step, 0);
                }
            }
        }
    }

    private static void scatterRow(MemorySegment to, long target, long step, Piece from, long source) {
        MemorySegment segment = from.segment;
        for (int j = 0; j < from.columns; j++) {
            to.set(F, target + j * step, segment.get(F, source + 4L * j));
        }
    }

    /// Cuts the columns of `from` into tiles of 6: `to[tile][row][i] = from[row, 6·tile + i]`, zeros beyond the last.
    static void tiles(MemorySegment to, Piece from) {
        int rows = MicroKernel.ROWS;
        int column = 0;
        for (long toAt = 0; column < from.columns; column += rows, toAt += 4L * rows * from.rows) {
            int width = Math.min(rows, from.columns - column);
            for (int p = 0; p < from.rows; p++) {
                long source = from.at + p * from.rowBytes + 4L * column;
                long target = toAt + 4L * rows * p;
                for (int i = 0; i < rows; i++) {
                    to.set(F, target + 4L * i, i < width ? from.segment.get(F, source + 4L * i) : 0);
                }
            }
        }
    }
}
