package inkling.core.device.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/// The innermost loop of every matrix product: a tile of 6 rows × a few vectors of `C`, kept in registers (5 rows where
/// there are few registers).
///
/// ```
///                    b: W vectors per step
///                  ┌────┬────┬────┬────┐
///                  └────┴────┴────┴────┘      for each step p of the sum:
///    a: 6 scalars  ┌────┬────┬────┬────┐        load W vectors of b
///        ┌─┐       │    │    │    │    │        for each of 6 rows:
///        │ │ ──▶   │ 6 · W accumulators│          broadcast a[row, p], W multiply-adds
///        └─┘       └────┴────┴────┴────┘
/// ```
///
/// With 32 registers (AVX-512, NEON) W = 4: 24 accumulators, 4 of `b`, 1 of `a`, and only 10 loads for 24
/// multiply-adds. With 16 registers (AVX2, SSE) 5 rows and W = 2: [FiveRowTile]. Both reach nearly the measured peak of
/// the units when `a` and `b` come from the nearest caches.
///
/// Where `a` lies row by row it is read in place; where it is transposed or packed, the elements of a step lie side by
/// side, if packed eight floats apart. Offsets and distances are in bytes. Each worker has a micro-kernel of its own.
///
/// How it is written matters more than usual, all measured: accumulators must start as `zero` in the method (loading
/// them from `C` under a condition puts every vector on the heap: 1/25 of the speed); the tile leaves through a small
/// array because 24 more loads and stores on segments make the method too large for the first compiler, which then
/// keeps it forever in its slow form; and loads are written out, because helper methods are no longer inlined here. The
/// loops are [WideTile], [NarrowTile], [FiveRowTile] and [PackingTile], and, until these are compiled, [ColdTile].
final class MicroKernel {
    /// Rows of a tile.
    static final int ROWS = Lanes.FEW_REGISTERS ? 5 : 6;

    /// Vectors of a wide tile.
    static final int WIDE = Lanes.FEW_REGISTERS ? 2 : 4;

    /// Vectors of a narrow tile, for outputs of few columns.
    static final int NARROW = 2;

    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    private static final int L = Lanes.COUNT;
    private static final long V = (long) Lanes.COUNT * Float.BYTES;
    private static final ByteOrder O = ByteOrder.LITTLE_ENDIAN;

    /// First element of a tile in its array, with as much behind it.
    ///
    /// The array of another worker's tile may lie right beside it: when both wrote to the same line of the cache, two
    /// processors took 1.3 times as long for products with 128 steps. For the same reason a tile is described by
    /// arguments, not by objects of the workers that change from tile to tile.
    static final int TILE_AT = Lanes.APART;

    private final MemorySegment unread = Arena.ofAuto().allocate(4L * Lanes.APART, 4L * Lanes.APART);
    private final long unreadAt = AllMemory.at(unread, 0, unread.byteSize());
    private MemorySegment practice = MemorySegment.NULL;
    private final Packing.Piece piece = new Packing.Piece();
    private final float[] tile = new float[TILE_AT + ROWS * WIDE * L + Lanes.APART];
    private final ColdTile wideRows = new ColdTile(WIDE);
    private final ColdTile narrowRows = new ColdTile(NARROW);
    private final ColdTile wideColumns = new ColdTile(WIDE);
    private final ColdTile packingColumns = new ColdTile(PackingTile.VECTORS);
    private final ColdTile narrowColumns = new ColdTile(NARROW);

    /// Vectors of the tile that suits an output of so many columns.
    static int vectorsFor(int columns) {
        return columns <= NARROW * L ? NARROW : WIDE;
    }

    /// Computes the tile `a · b` of 6 rows × `vectors` vectors, summed over `steps`; rows of `a` are `aRow` apart, and
    /// `b` is packed.
    void rows(int vectors, MemorySegment a, long aAt, long aRow, MemorySegment b, long bAt, int steps) {
        long rows = AllMemory.at(a, aAt, ROWS, aRow, 4L * steps);
        long panel = AllMemory.at(b, bAt, vectors * V * steps);
        ColdTile cold = vectors == 4 ? wideRows : narrowRows;
        if (cold.isWarm()) {
            multiplyRows(tile, vectors, a, rows, aRow, b, panel, steps);
        } else {
            cold.rows(tile, a, aAt, aRow, b, bAt, steps);
            cold.practise(steps, (other, few) -> multiplyRows(other, vectors, a, rows, aRow, b, panel, few));
        }
    }

    /// [#rows] in vectors; places come from [AllMemory#at].
    void multiplyRows(
            float[] tile, int vectors, MemorySegment a, long aAt, long aRow, MemorySegment b, long bAt, int steps) {
        if (vectors == 4) {
            WideTile.rows(tile, a, aAt, aRow, b, bAt, steps);
        } else if (Lanes.FEW_REGISTERS) {
            FiveRowTile.rows(tile, a, aAt, aRow, b, bAt, unread, unreadAt, steps);
        } else {
            NarrowTile.rows(tile, a, aAt, aRow, b, bAt, steps);
        }
    }

    /// Computes the tile `a · b` where the six elements of a step of `a` lie side by side, `aStep` from one step to the
    /// next, and the vectors of `b`, `bStep` from one to the next. If all memory is not granted, or there
    /// are few registers, both are packed.
    void columns(int vectors, MemorySegment a, long aAt, long aStep, MemorySegment b, long bAt, long bStep, int steps) {
        long columns = AllMemory.at(a, aAt, steps, aStep, ROWS * 4L);
        long panel = AllMemory.at(b, bAt, steps, bStep, vectors * V);
        ColdTile cold = vectors == 4 ? wideColumns : narrowColumns;
        if (cold.isWarm()) {
            multiplyColumns(tile, vectors, a, columns, aStep, b, panel, bStep, steps);
        } else {
            cold.columns(tile, a, aAt, aStep, b, bAt, bStep, steps);
            cold.practise(
                    steps, (other, few) -> multiplyColumns(other, vectors, a, columns, aStep, b, panel, bStep, few));
        }
    }

    /// Computes the wide tile `a · b` where `a` is packed and the steps of `b` are `bStep` apart in place, and packs
    /// `b`. Only where all memory is granted.
    void columnsAndPack(
            MemorySegment a, long aAt, MemorySegment b, long bAt, long bStep, MemorySegment to, long toAt, int steps) {
        long columns = AllMemory.at(a, aAt, steps, Packing.STEP_BYTES, ROWS * 4L);
        long row = AllMemory.at(b, bAt, steps, bStep, PackingTile.STEP_BYTES);
        long panel = AllMemory.at(to, toAt, PackingTile.STEP_BYTES * steps);
        if (packingColumns.isWarm()) {
            PackingTile.columns(tile, columns, row, bStep, panel, steps);
        } else {
            int width = PackingTile.VECTORS * L;
            Packing.panels(to, toAt, width, 0, piece.set(b, bAt, bStep, steps, width));
            columns(PackingTile.VECTORS, a, aAt, Packing.STEP_BYTES, to, toAt, PackingTile.STEP_BYTES, steps);
        }
    }

    /// Lets the tile that packs practise until it is compiled. Every strip does that, whether its panels are packed or
    /// not: the time must not be held against one of two ways that are compared ([FasterWay]).
    void practisePacking() {
        if (packingColumns.isWarm() || !PackingTile.EXISTS) {
            return;
        }
        int most = ColdTile.PRACTICE_STEPS;
        long step = PackingTile.STEP_BYTES;
        if (practice.byteSize() == 0) {
            practice = Arena.ofAuto().allocate(most * (Packing.STEP_BYTES + 2 * step), V);
        }
        long b = AllMemory.at(practice, 0, practice.byteSize());
        long to = b + most * step;
        packingColumns.practiseAtTimes(
                most, (other, steps) -> PackingTile.columns(other, to + most * step, b, step, to, steps));
    }

    /// [#columns] in vectors; places come from [AllMemory#at].
    void multiplyColumns(
            float[] tile,
            int vectors,
            MemorySegment a,
            long aAt,
            long aStep,
            MemorySegment b,
            long bAt,
            long bStep,
            int steps) {
        if (vectors == 4) {
            WideTile.columns(tile, a, aAt, aStep, b, bAt, bStep, steps);
        } else if (Lanes.FEW_REGISTERS) {
            FiveRowTile.columns(tile, a, aAt, b, bAt, unread, unreadAt, steps);
        } else {
            NarrowTile.columns(tile, a, aAt, aStep, b, bAt, bStep, steps);
        }
    }

    /// Moves the rows and columns of the tile that exist to memory, over or onto what is there; rows `stride` apart.
    void write(int vectors, MemorySegment to, long at, long stride, int rows, int columns, boolean add) {
        if (rows < ROWS || columns < vectors * L) {
            for (int i = 0; i < rows; i++) {
                writePart(to, at + i * stride, TILE_AT + i * vectors * L, columns, add);
            }
            return;
        }
        long first = AllMemory.at(to, at, ROWS, stride, vectors * V);
        if (vectors == 2) {
            write2(to, first, stride, tile, add);
        } else if (add) {
            add4(to, first, stride, tile);
        } else {
            write4(to, first, stride, tile);
        }
    }

    private static void add4(MemorySegment to, long at, long stride, float[] tile) {
        MemorySegment memory = AllMemory.GRANTED ? AllMemory.ALL : to;
        long first = at & AllMemory.ADDRESSES;
        long row = stride & AllMemory.DISTANCES;
        for (int i = 0; i < ROWS; i++) {
            long c = first + i * row;
            int t = TILE_AT + i * 4 * L;
            FloatVector c0 = FloatVector.fromMemorySegment(S, memory, c, O);
            FloatVector c1 = FloatVector.fromMemorySegment(S, memory, c + V, O);
            FloatVector c2 = FloatVector.fromMemorySegment(S, memory, c + 2 * V, O);
            FloatVector c3 = FloatVector.fromMemorySegment(S, memory, c + 3 * V, O);
            c0.add(FloatVector.fromArray(S, tile, t)).intoMemorySegment(memory, c, O);
            c1.add(FloatVector.fromArray(S, tile, t + L)).intoMemorySegment(memory, c + V, O);
            c2.add(FloatVector.fromArray(S, tile, t + 2 * L)).intoMemorySegment(memory, c + 2 * V, O);
            c3.add(FloatVector.fromArray(S, tile, t + 3 * L)).intoMemorySegment(memory, c + 3 * V, O);
        }
    }

    private static void write4(MemorySegment to, long at, long stride, float[] tile) {
        MemorySegment memory = AllMemory.GRANTED ? AllMemory.ALL : to;
        long first = at & AllMemory.ADDRESSES;
        long row = stride & AllMemory.DISTANCES;
        for (int i = 0; i < ROWS; i++) {
            long c = first + i * row;
            int t = TILE_AT + i * 4 * L;
            FloatVector.fromArray(S, tile, t).intoMemorySegment(memory, c, O);
            FloatVector.fromArray(S, tile, t + L).intoMemorySegment(memory, c + V, O);
            FloatVector.fromArray(S, tile, t + 2 * L).intoMemorySegment(memory, c + 2 * V, O);
            FloatVector.fromArray(S, tile, t + 3 * L).intoMemorySegment(memory, c + 3 * V, O);
        }
    }

    private static void write2(MemorySegment to, long at, long stride, float[] tile, boolean add) {
        MemorySegment memory = AllMemory.GRANTED ? AllMemory.ALL : to;
        long first = at & AllMemory.ADDRESSES;
        long row = stride & AllMemory.DISTANCES;
        for (int i = 0; i < ROWS; i++) {
            long c = first + i * row;
            int t = TILE_AT + i * 2 * L;
            FloatVector c0 = FloatVector.fromArray(S, tile, t);
            FloatVector c1 = FloatVector.fromArray(S, tile, t + L);
            if (add) {
                c0 = FloatVector.fromMemorySegment(S, memory, c, O).add(c0);
                c1 = FloatVector.fromMemorySegment(S, memory, c + V, O).add(c1);
            }
            c0.intoMemorySegment(memory, c, O);
            c1.intoMemorySegment(memory, c + V, O);
        }
    }

    private void writePart(MemorySegment to, long at, int from, int columns, boolean add) {
        int whole = columns - columns % L;
        for (int j = 0; j < whole; j += L) {
            FloatVector value = FloatVector.fromArray(S, tile, from + j);
            if (add) {
                value = FloatVector.fromMemorySegment(S, to, at + 4L * j, O).add(value);
            }
            value.intoMemorySegment(to, at + 4L * j, O);
        }
        if (whole < columns) {
            VectorMask<Float> tail = Lanes.mask(columns - whole);
            FloatVector value = FloatVector.fromArray(S, tile, from + whole);
            if (add) {
                value = FloatVector.fromMemorySegment(S, to, at + 4L * whole, O, tail)
                        .add(value);
            }
            value.intoMemorySegment(to, at + 4L * whole, O, tail);
        }
    }
}
