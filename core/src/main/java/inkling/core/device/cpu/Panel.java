package inkling.core.device.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/// A small matrix of one thread, reused from call to call: one head's keys, scores and so on, padded for [HeadTiles].
/// It lies outside the heap, so that loops over it can run on [AllMemory].
final class Panel {
    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    private static final int L = Lanes.COUNT;
    private static final ByteOrder O = ByteOrder.LITTLE_ENDIAN;
    private static final long LINE = 64;
    private static final long UNREAD_BYTES = 64;

    /// Where the elements lie, row by row.
    MemorySegment memory = MemorySegment.NULL;

    /// Bytes from one row to the next.
    long rowBytes;

    /// Makes room for so many rows of so many columns, and for what tiles read beyond them; the content is undefined.
    void resize(int rows, int columns) {
        rowBytes = 4L * columns;
        long bytes = (rows + HeadTiles.ROWS) * rowBytes + UNREAD_BYTES;
        if (memory.byteSize() < bytes) {
            memory = Arena.ofAuto().allocate(bytes, LINE);
        }
    }

    /// Where [HeadTiles] may write what nobody reads; place from [AllMemory#at].
    long unread() {
        return AllMemory.at(memory, memory.byteSize() - UNREAD_BYTES, UNREAD_BYTES);
    }

    /// Byte at which an element lies.
    long at(int row, int column) {
        return row * rowBytes + 4L * column;
    }

    /// Sets rows `from` to `end` (exclusive), of whole vectors, to zero. For a slice that is filled the compiler
    /// makes an object in some runs: 350 KB in a step of S.
    void clear(int from, int end) {
        long at = AllMemory.at(memory, from * rowBytes, end - from, rowBytes, rowBytes);
        for (int row = from; row < end; row++) {
            clearRow(memory, at + (row - from) * rowBytes, (int) (rowBytes / (4L * L)));
        }
    }

    private static void clearRow(MemorySegment to, long at, int vectors) {
        MemorySegment output = AllMemory.GRANTED ? AllMemory.ALL : to;
        long first = at & AllMemory.ADDRESSES;
        int end = vectors & AllMemory.COUNTS;
        for (int i = 0; i < end; i++) {
            FloatVector.zero(S).intoMemorySegment(output, first + 4L * L * i, O);
        }
    }

    /// Becomes a copy of `rows` rows of `width` floats that lie `step` elements apart, with zeros up to whole tiles.
    void pack(MemorySegment from, long at, long step, int rows, int width) {
        int columns = HeadTiles.paddedColumns(width);
        resize(rows, columns);
        int whole = width - width % L;
        long target = AllMemory.at(memory, 0, rows, rowBytes, rowBytes);
        long source = AllMemory.at(from, 4 * at, rows, 4 * step, 4L * width);
        for (int j = 0; j < whole; j += L) {
            copyColumn(memory, target + 4L * j, rowBytes, from, source + 4L * j, 4 * step, rows);
        }
        for (int row = 0; row < rows && whole < columns; row++) {
            VectorMask<Float> tail = Lanes.mask(width - whole);
            FloatVector.fromMemorySegment(S, from, 4 * (at + row * step + whole), O, tail)
                    .intoMemorySegment(memory, at(row, whole), O);
            for (int j = whole + L; j < columns; j += L) {
                FloatVector.zero(S).intoMemorySegment(memory, at(row, j), O);
            }
        }
    }

    /// Copies a column of vectors.
    private static void copyColumn(
            MemorySegment to, long toAt, long toStep, MemorySegment from, long at, long step, int rows) {
        MemorySegment input = AllMemory.GRANTED ? AllMemory.ALL : from;
        MemorySegment output = AllMemory.GRANTED ? AllMemory.ALL : to;
        long source = at & AllMemory.ADDRESSES;
        long sourceStep = step & AllMemory.DISTANCES;
        long target = toAt & AllMemory.ADDRESSES;
        long targetStep = toStep & AllMemory.DISTANCES;
        int end = rows & AllMemory.COUNTS;
        for (int row = 0; row < end; row++) {
            FloatVector.fromMemorySegment(S, input, source + row * sourceStep, O)
                    .intoMemorySegment(output, target + row * targetStep, O);
        }
    }

    /// Writes the first `width` floats of a row, multiplied by a factor, to element `at`.
    void unpackRow(int row, float factor, MemorySegment to, long at, int width) {
        int j = 0;
        for (; j + L <= width; j += L) {
            FloatVector.fromMemorySegment(S, memory, at(row, j), O).mul(factor).intoMemorySegment(to, 4 * (at + j), O);
        }
        if (j < width) {
            FloatVector.fromMemorySegment(S, memory, at(row, j), O)
                    .mul(factor)
                    .intoMemorySegment(to, 4 * (at + j), O, Lanes.mask(width - j));
        }
    }
}
