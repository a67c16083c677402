package inkling.core.device.cpu;

import inkling.core.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/// Brings pieces of matrices into the order in which the micro-kernel reads them: steps of the sum one after the
/// other, each with the elements of one panel side by side, filled up with zeros. Offsets are in bytes.
final class Packing {
    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    /// Eight lanes (or four) to move six elements with, as whole numbers and not as floats: if a second width of float
    /// vectors were in use anywhere, the compiler could not tell which one a method of `FloatVector` has before it, and
    /// would sometimes put what other kernels store on the heap first, vector by vector, for the rest of the run.
    private static final VectorSpecies<Integer> NARROW =
            Lanes.COUNT >= 8 ? IntVector.SPECIES_256 : IntVector.SPECIES_128;
    private static final int L = Lanes.COUNT;

    /// Bytes of a step of a packed tile: its six floats, and two that nobody reads. With 24 bytes the compiler, which
    /// makes two shifts of a product with 24, checks every access anew: 67 instructions a step instead of 46, of which
    /// 34 do the work.
    static final long STEP_BYTES = 32;

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
        /// What [Lines] found.
        int mix;

        Piece set(MemorySegment newSegment, long newAt, long newRowBytes, int newRows, int newColumns) {
            segment = newSegment;
            at = newAt;
            rowBytes = newRowBytes;
            rows = newRows;
            columns = newColumns;
            return this;
        }
    }

    /// Cuts the columns of `from` into panels of `width`: `to[panel][row][i] = from[row, panel·width + i]`, zeros
    /// beyond the last column; `panelBytes` from one panel to the next.
    ///
    /// Row after row over all panels: long runs are what memory delivers fast. One panel after the other, which
    /// reads 256 bytes of every row, took twice as long from the caches and four times as long from memory.
    static void panels(MemorySegment to, long toAt, int width, long panelBytes, Piece from) {
        int wholePanels = from.columns / width;
        int done = wholePanels * width;
        long target = AllMemory.at(to, toAt, Math.max(1, wholePanels), panelBytes, 4L * width * from.rows);
        long source = AllMemory.at(from.segment, from.at, from.rows, from.rowBytes, 4L * from.columns);
        for (int i = 0; i < from.rows; i++) {
            long row = i * from.rowBytes;
            long step = 4L * i * width;
            wholePanels(to, target + step, panelBytes, from.segment, source + row, width, wholePanels);
            if (done < from.columns) {
                long last = toAt + step + wholePanels * panelBytes;
                lastPanel(to, last, width, from, from.at + row + 4L * done, from.columns - done);
            }
        }
    }

    /// One row of the panels that are whole.
    private static void wholePanels(
            MemorySegment to, long toAt, long panelBytes, MemorySegment from, long fromAt, int width, int panels) {
        MemorySegment input = AllMemory.GRANTED ? AllMemory.ALL : from;
        MemorySegment output = AllMemory.GRANTED ? AllMemory.ALL : to;
        long source = fromAt & AllMemory.ADDRESSES;
        long target = toAt & AllMemory.ADDRESSES;
        long distance = panelBytes & AllMemory.DISTANCES;
        int rowOfPanel = width & AllMemory.COUNTS;
        int end = panels & AllMemory.COUNTS;
        for (int panel = 0; panel < end; panel++) {
            long in = source + 4L * panel * rowOfPanel;
            long out = target + panel * distance;
            for (int j = 0; j < rowOfPanel; j += L) {
                FloatVector.fromMemorySegment(S, input, in + 4L * j, O).intoMemorySegment(output, out + 4L * j, O);
            }
        }
    }

    /// One row of the last panel, of which `columns` exist.
    private static void lastPanel(MemorySegment to, long target, int width, Piece from, long source, int columns) {
        int whole = columns - columns % L;
        int j = 0;
        for (; j < whole; j += L) {
            FloatVector.fromMemorySegment(S, from.segment, source + 4L * j, O)
                    .intoMemorySegment(to, target + 4L * j, O);
        }
        if (j < columns) {
            FloatVector.fromMemorySegment(S, from.segment, source + 4L * j, O, Lanes.mask(columns - whole))
                    .intoMemorySegment(to, target + 4L * j, O);
            j += L;
        }
        for (; j < width; j += L) {
            FloatVector.zero(S).intoMemorySegment(to, target + 4L * j, O);
        }
    }

    /// `to[column, row] = from[row, column]`, rows of `width` elements, zeros beyond the last row of `from`.
    static void transposed(MemorySegment to, long toAt, int width, Piece from) {
        transposed(to, toAt, width, from, false);
    }

    /// The same where `from` is likely to be far from the processor: rows are read ahead.
    static void transposedFromAfar(MemorySegment to, long toAt, int width, Piece from) {
        transposed(to, toAt, width, from, true);
    }

    private static void transposed(MemorySegment to, long toAt, int width, Piece from, boolean readAhead) {
        int wholeRows = from.rows - from.rows % L;
        int wholeColumns = from.columns - from.columns % L;
        long step = 4L * width;
        for (int i = 0; i < wholeRows; i += L) {
            long row = from.at + i * from.rowBytes;
            if (readAhead) {
                from.mix ^= Lines.read(from.segment, row, L, from.rowBytes, 4L * wholeColumns);
            }
            Transposition.blocks(to, toAt + 4L * i, step, from.segment, row, from.rowBytes, wholeColumns / L);
        }
        transposedOneByOne(to, toAt, width, from, wholeRows, 0, wholeColumns);
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

    /// Bytes from one tile of [#tiles] to the next; a line of the cache between them keeps their starts in different
    /// parts of it.
    static long tileBytes(int steps) {
        return STEP_BYTES * steps + 64;
    }

    /// Cuts the columns of `from` into tiles of 6 (or 5, [MicroKernel#ROWS]), rows of a tile [#STEP_BYTES] apart:
    /// `to[tile][row][i] = from[row, 6·tile + i]`.
    ///
    /// Each group of 6 is moved as 8 lanes (or twice 4). Beyond the last column stands whatever was there.
    static void tiles(MemorySegment to, Piece from) {
        int rows = MicroKernel.ROWS;
        int moved = (int) (STEP_BYTES / Float.BYTES);
        int movable = from.columns < moved ? 0 : (from.columns - moved) / rows + 1;
        long tileBytes = tileBytes(from.rows);
        long target = AllMemory.at(to, 0, Math.max(1, movable), tileBytes, STEP_BYTES * from.rows);
        long source = AllMemory.at(from.segment, from.at, from.rows, from.rowBytes, 4L * from.columns);
        int inEights = from.rows - from.rows % 8;
        for (int p = 0; p < inEights; p += 8) {
            eightRows(to, target + STEP_BYTES * p, tileBytes, from, source + p * from.rowBytes, movable);
        }
        for (int p = inEights; p < from.rows; p++) {
            row(to, target + STEP_BYTES * p, tileBytes, from.segment, source + p * from.rowBytes, movable);
        }
        for (int column = movable * rows; column < from.columns; column += rows) {
            lastTile(to, column / rows * tileBytes, from, column);
        }
    }

    /// A tile so near to the end of the rows that as many lanes as the others are moved with do not exist.
    private static void lastTile(MemorySegment to, long toAt, Piece from, int column) {
        int columns = Math.min(MicroKernel.ROWS, from.columns - column);
        int first = Math.min(columns, NARROW.length());
        VectorMask<Integer> firstMask = NARROW.indexInRange(0, first);
        VectorMask<Integer> secondMask = NARROW.indexInRange(0, columns - first);
        MemorySegment segment = from.segment;
        long source = from.at + 4L * column;
        long target = toAt;
        for (int p = 0; p < from.rows; p++) {
            IntVector.fromMemorySegment(NARROW, segment, source, O, firstMask).intoMemorySegment(to, target, O);
            if (columns > first) {
                long second = 4L * NARROW.length();
                IntVector.fromMemorySegment(NARROW, segment, source + second, O, secondMask)
                        .intoMemorySegment(to, target + second, O);
            }
            source += from.rowBytes;
            target += STEP_BYTES;
        }
    }

    /// Eight rows of all whole tiles, 256 bytes of a tile one after the other: whole lines of the cache. Row after row
    /// over all tiles took 1.3 to 1.4 times as long, since every line was left after a part of it.
    private static void eightRows(MemorySegment to, long toAt, long tileBytes, Piece from, long fromAt, int tiles) {
        MemorySegment input = AllMemory.GRANTED ? AllMemory.ALL : from.segment;
        MemorySegment output = AllMemory.GRANTED ? AllMemory.ALL : to;
        long first = fromAt & AllMemory.ADDRESSES;
        long row = from.rowBytes & AllMemory.DISTANCES;
        long firstTile = toAt & AllMemory.ADDRESSES;
        long distance = tileBytes & AllMemory.DISTANCES;
        int end = tiles & AllMemory.COUNTS;
        for (int i = 0; i < end; i++) {
            long source = first + 4L * MicroKernel.ROWS * i;
            long target = firstTile + distance * i;
            move(output, target, input, source);
            move(output, target + STEP_BYTES, input, source + row);
            move(output, target + 2 * STEP_BYTES, input, source + 2 * row);
            move(output, target + 3 * STEP_BYTES, input, source + 3 * row);
            move(output, target + 4 * STEP_BYTES, input, source + 4 * row);
            move(output, target + 5 * STEP_BYTES, input, source + 5 * row);
            move(output, target + 6 * STEP_BYTES, input, source + 6 * row);
            move(output, target + 7 * STEP_BYTES, input, source + 7 * row);
        }
    }

    /// One row of all whole tiles.
    private static void row(MemorySegment to, long toAt, long tileBytes, MemorySegment from, long fromAt, int tiles) {
        MemorySegment input = AllMemory.GRANTED ? AllMemory.ALL : from;
        MemorySegment output = AllMemory.GRANTED ? AllMemory.ALL : to;
        long first = fromAt & AllMemory.ADDRESSES;
        long firstTile = toAt & AllMemory.ADDRESSES;
        long distance = tileBytes & AllMemory.DISTANCES;
        int end = tiles & AllMemory.COUNTS;
        for (int i = 0; i < end; i++) {
            move(output, firstTile + distance * i, input, first + 4L * MicroKernel.ROWS * i);
        }
    }

    /// Moves six elements, and as many more as the lanes have.
    private static void move(MemorySegment to, long target, MemorySegment from, long source) {
        IntVector.fromMemorySegment(NARROW, from, source, O).intoMemorySegment(to, target, O);
        if (NARROW.length() < MicroKernel.ROWS) {
            long second = 4L * NARROW.length();
            IntVector.fromMemorySegment(NARROW, from, source + second, O).intoMemorySegment(to, target + second, O);
        }
    }
}
