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
    private static final VectorSpecies<Float> NARROW =
            Lanes.COUNT >= 8 ? FloatVector.SPECIES_256 : FloatVector.SPECIES_128;
    private static final int L = Lanes.COUNT;
    private static final ByteOrder O = ByteOrder.LITTLE_ENDIAN;
    private static final ValueLayout.OfFloat F = Tensor.LAYOUT;

    private Packing() {}

    /// A piece of a matrix, row by row. Each worker has its own and moves it about: a step packs thousands.
    static final class Piece {
        /// The memory it lies in.
        MemorySegment segment = MemorySegment.NULL;
        /// Its first element.
        long at;
        /// From one row to the next.
        long rowBytes;
        /// Its rows.
        int rows;
        /// Its columns.
        int columns;

        Piece set(MemorySegment newSegment, long newAt, long newRowBytes, int newRows, int newColumns) {
            segment = newSegment;
            at = newAt;
            rowBytes = newRowBytes;
            rows = newRows;
            columns = newColumns;
            return this;
        }
    }

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
        int wholeRows = from.rows - from.rows % L;
        int wholeColumns = from.columns - from.columns % L;
        long step = 4L * width;
        for (int j = 0; j < wholeColumns; j += L) {
            for (int i = 0; i < wholeRows; i += L) {
                long source = from.at + i * from.rowBytes + 4L * j;
                Transposition.block(to, toAt + 4L * i + j * step, step, from.segment, source, from.rowBytes);
            }
            transposedOneByOne(to, toAt, width, from, wholeRows, j, j + L);
        }
        transposedOneByOne(to, toAt, width, from, 0, wholeColumns, from.columns);
    }

    private static void transposedOneByOne(
            MemorySegment to, long toAt, int width, Piece from, int firstRow, int firstColumn, int endColumn) {
        for (int j = firstColumn; j < endColumn; j++) {
            for (int i = firstRow; i < width; i++) {
                float value = i < from.rows ? from.segment.get(F, from.at + i * from.rowBytes + 4L * j) : 0;
                to.set(F, toAt + 4L * i + 4L * j * width, value);
            }
        }
    }

    /// Bytes from one tile of [#tiles] to the next.
    static long tileBytes(int steps) {
        return 4L * (MicroKernel.ROWS * steps + NARROW.length());
    }

    /// Cuts the columns of `from` into tiles of 6: `to[tile][row][i] = from[row, 6·tile + i]`.
    ///
    /// Each group of 6 is moved as 8 lanes (or twice 4); what is too much is overwritten by the next row, or falls
    /// into the gap between tiles. Beyond the last column stands whatever was there.
    static void tiles(MemorySegment to, Piece from) {
        int rows = MicroKernel.ROWS;
        int moved = rows <= NARROW.length() ? NARROW.length() : 2 * NARROW.length();
        int movable = from.columns < moved ? 0 : (from.columns - moved) / rows + 1;
        long tileBytes = tileBytes(from.rows);
        for (int p = 0; p < from.rows; p++) {
            row(to, 4L * rows * p, tileBytes, from, from.at + p * from.rowBytes, movable);
        }
        int tile = movable;
        for (int column = tile * rows; column < from.columns; column++) {
            long target = column / rows * tileBytes + 4L * (column % rows);
            for (int p = 0; p < from.rows; p++) {
                to.set(F, target + 4L * rows * p, from.segment.get(F, from.at + p * from.rowBytes + 4L * column));
            }
        }
    }

    /// One row of all whole tiles.
    private static void row(MemorySegment to, long toAt, long tileBytes, Piece from, long fromAt, int tiles) {
        MemorySegment segment = from.segment;
        long tile = 4L * MicroKernel.ROWS;
        long source = fromAt;
        long target = toAt;
        for (int i = 0; i < tiles; i++) {
            FloatVector.fromMemorySegment(NARROW, segment, source, O).intoMemorySegment(to, target, O);
            if (NARROW.length() < MicroKernel.ROWS) {
                long second = 4L * NARROW.length();
                FloatVector.fromMemorySegment(NARROW, segment, source + second, O)
                        .intoMemorySegment(to, target + second, O);
            }
            source += tile;
            target += tileBytes;
        }
    }
}
