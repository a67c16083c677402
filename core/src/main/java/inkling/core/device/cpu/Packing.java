package inkling.core.device.cpu;

import inkling.core.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/// Brings pieces of matrices into the order in which the micro-kernel reads them: steps of the sum one after the
/// other, each with the elements of one panel side by side, filled up with zeros.
final class Packing {
    private static final ValueLayout.OfFloat F = Tensor.LAYOUT;

    private Packing() {}

    /// A piece of a matrix, row by row.
    ///
    /// @param segment the memory it lies in
    /// @param at byte offset of its first element
    /// @param rowBytes from one row to the next
    /// @param rows its rows
    /// @param columns its columns
    record Piece(MemorySegment segment, long at, long rowBytes, int rows, int columns) {}

    /// `to[row, column] = from[row, column]`, rows of `width` elements, zeros beyond the last column.
    static void copied(MemorySegment to, long toAt, int width, Piece from) {
        int whole = Lanes.whole(from.columns);
        VectorMask<Float> tail = Lanes.tail(from.columns);
        for (int i = 0; i < from.rows; i++) {
            long source = from.at + i * from.rowBytes;
            long target = toAt + 4L * i * width;
            int j = 0;
            for (; j < whole; j += Lanes.COUNT) {
                Lanes.store(Lanes.load(from.segment, source + 4L * j), to, target + 4L * j);
            }
            if (j < from.columns) {
                Lanes.store(Lanes.load(from.segment, source + 4L * j, tail), to, target + 4L * j);
                j += Lanes.COUNT;
            }
            for (; j < width; j += Lanes.COUNT) {
                Lanes.store(FloatVector.zero(Lanes.SPECIES), to, target + 4L * j);
            }
        }
    }

    /// The way back from [#copied]: `to[row, column] = from[row, column]`, without the padding.
    static void copiedBack(Piece to, MemorySegment from, long fromAt, int width) {
        for (int i = 0; i < to.rows; i++) {
            long source = fromAt + 4L * i * width;
            MemorySegment.copy(from, source, to.segment, to.at + i * to.rowBytes, 4L * to.columns);
        }
    }

    /// `to[column, row] = from[row, column]`, rows of `width` elements, zeros beyond the last row of `from`.
    static void transposed(MemorySegment to, long toAt, int width, Piece from) {
        for (int i = 0; i < width; i++) {
            long target = toAt + 4L * i;
            long step = 4L * width;
            if (i < from.rows) {
                long source = from.at + i * from.rowBytes;
                for (int j = 0; j < from.columns; j++) {
                    to.set(F, target + j * step, from.segment.get(F, source + 4L * j));
                }
            } else {
                for (int j = 0; j < from.columns; j++) {
                    to.set(F, target + j * step, 0);
                }
            }
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
