package inkling.core.device.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// The two register tiles that attention is made of: small matrix products over one head's [Panel]s.
///
/// A tile is 6 rows × 2 vectors: twelve sums in registers, enough to hide the latency of the multiply-add, few enough
/// for machines with sixteen registers, where the compiler is kept from loading everything first as in [FiveRowTile]:
/// 65 to 86 GFLOP/s on a Zen 3, 31 to 38 without. Unlike those of [MicroKernel] its steps are few (a head's width, or a
/// block of queries), so it goes straight to memory.
final class HeadTiles {
    /// Rows of a tile.
    static final int ROWS = 6;

    /// Columns of a tile.
    static final int COLUMNS = 2 * Lanes.COUNT;

    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    private static final long V = (long) Lanes.COUNT * Float.BYTES;
    private static final ByteOrder O = ByteOrder.LITTLE_ENDIAN;
    private static final ValueLayout.OfFloat F = ValueLayout.JAVA_FLOAT_UNALIGNED;

    private HeadTiles() {}

    /// The smallest multiple of [#COLUMNS] that is not below `count`.
    static int paddedColumns(int count) {
        return (count + COLUMNS - 1) / COLUMNS * COLUMNS;
    }

    /// Tiles of so many rows.
    static int tiles(int rows) {
        return (rows + ROWS - 1) / ROWS;
    }

    /// The smallest multiple of [#ROWS] that is not below `count`.
    static int paddedRows(int count) {
        return tiles(count) * ROWS;
    }

    /// `C = A · B`, or `C += A · B`, for tiles of `C` one below the other: `A (6·tiles, depth)`, `B (depth, COLUMNS)`,
    /// each from a byte on.
    static void rows(Panel c, long cAt, Panel a, long aAt, Panel b, long bAt, int depth, int tiles, boolean add) {
        int rows = tiles * ROWS;
        long to = AllMemory.at(c.memory, cAt, rows, c.rowBytes, 2 * V);
        long left = AllMemory.at(a.memory, aAt, rows, a.rowBytes, 4L * depth);
        long right = AllMemory.at(b.memory, bAt, depth, b.rowBytes, 2 * V);
        long unread = c.unread();
        for (int i = 0; i < rows; i += ROWS) {
            long row = to + i * c.rowBytes;
            long from = left + i * a.rowBytes;
            rows(
                    c.memory,
                    row,
                    c.rowBytes,
                    unread,
                    a.memory,
                    from,
                    a.rowBytes,
                    b.memory,
                    right,
                    b.rowBytes,
                    depth,
                    add);
        }
    }

    /// `C = Aᵀ · B` for tiles of `C` one below the other: `A (depth, 6·tiles)`, `B (depth, COLUMNS)`, each from a byte
    /// on, and `A` zero where causality has it so: the first tile sums over `first` steps, each over 6 more than the
    /// one before, none over more than `depth`.
    static void columns(Panel c, long cAt, Panel a, long aAt, Panel b, long bAt, int first, int depth, int tiles) {
        int rows = tiles * ROWS;
        long to = AllMemory.at(c.memory, cAt, rows, c.rowBytes, 2 * V);
        long left = AllMemory.at(a.memory, aAt, depth, a.rowBytes, 4L * rows);
        long right = AllMemory.at(b.memory, bAt, depth, b.rowBytes, 2 * V);
        long unread = c.unread();
        for (int i = 0; i < rows; i += ROWS) {
            long row = to + i * c.rowBytes;
            long from = left + 4L * i;
            int steps = Math.min(first + i, depth);
            columns(c.memory, row, c.rowBytes, unread, a.memory, from, a.rowBytes, b.memory, right, b.rowBytes, steps);
        }
    }

    private static void rows(
            MemorySegment c,
            long cAt,
            long cRow,
            long unreadAt,
            MemorySegment a,
            long aAt,
            long aRow,
            MemorySegment b,
            long bAt,
            long bRow,
            int depth,
            boolean add) {
        FloatVector zero = FloatVector.zero(S);
        FloatVector c00 = zero, c01 = zero, c10 = zero, c11 = zero, c20 = zero, c21 = zero;
        FloatVector c30 = zero, c31 = zero, c40 = zero, c41 = zero, c50 = zero, c51 = zero;
        MemorySegment left = AllMemory.GRANTED ? AllMemory.ALL : a;
        MemorySegment right = AllMemory.GRANTED ? AllMemory.ALL : b;
        MemorySegment out = AllMemory.GRANTED ? AllMemory.ALL : c;
        long from = aAt & AllMemory.ADDRESSES;
        long row = aRow & AllMemory.DISTANCES;
        long other = bAt & AllMemory.ADDRESSES;
        long otherStep = bRow & AllMemory.DISTANCES;
        long nowhere = unreadAt & AllMemory.ADDRESSES;
        int end = depth & AllMemory.COUNTS;
        for (int p = 0; p < end; p++) {
            long bp = other + p * otherStep;
            FloatVector b0 = FloatVector.fromMemorySegment(S, right, bp, O);
            FloatVector b1 = FloatVector.fromMemorySegment(S, right, bp + V, O);
            long ap = from + 4L * p;
            FloatVector x;
            x = FloatVector.broadcast(S, left.get(F, ap));
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            x = FloatVector.broadcast(S, left.get(F, ap + row));
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            if (Lanes.FEW_REGISTERS) {
                c11.intoMemorySegment(out, nowhere, O);
            }
            x = FloatVector.broadcast(S, left.get(F, ap + 2 * row));
            c20 = x.fma(b0, c20);
            c21 = x.fma(b1, c21);
            x = FloatVector.broadcast(S, left.get(F, ap + 3 * row));
            c30 = x.fma(b0, c30);
            c31 = x.fma(b1, c31);
            if (Lanes.FEW_REGISTERS) {
                c31.intoMemorySegment(out, nowhere, O);
            }
            x = FloatVector.broadcast(S, left.get(F, ap + 4 * row));
            c40 = x.fma(b0, c40);
            c41 = x.fma(b1, c41);
            x = FloatVector.broadcast(S, left.get(F, ap + 5 * row));
            c50 = x.fma(b0, c50);
            c51 = x.fma(b1, c51);
        }
        long to = cAt & AllMemory.ADDRESSES;
        long toRow = cRow & AllMemory.DISTANCES;
        if (add) {
            c00 = c00.add(FloatVector.fromMemorySegment(S, out, to, O));
            c01 = c01.add(FloatVector.fromMemorySegment(S, out, to + V, O));
            c10 = c10.add(FloatVector.fromMemorySegment(S, out, to + toRow, O));
            c11 = c11.add(FloatVector.fromMemorySegment(S, out, to + toRow + V, O));
            c20 = c20.add(FloatVector.fromMemorySegment(S, out, to + 2 * toRow, O));
            c21 = c21.add(FloatVector.fromMemorySegment(S, out, to + 2 * toRow + V, O));
            c30 = c30.add(FloatVector.fromMemorySegment(S, out, to + 3 * toRow, O));
            c31 = c31.add(FloatVector.fromMemorySegment(S, out, to + 3 * toRow + V, O));
            c40 = c40.add(FloatVector.fromMemorySegment(S, out, to + 4 * toRow, O));
            c41 = c41.add(FloatVector.fromMemorySegment(S, out, to + 4 * toRow + V, O));
            c50 = c50.add(FloatVector.fromMemorySegment(S, out, to + 5 * toRow, O));
            c51 = c51.add(FloatVector.fromMemorySegment(S, out, to + 5 * toRow + V, O));
        }
        c00.intoMemorySegment(out, to, O);
        c01.intoMemorySegment(out, to + V, O);
        c10.intoMemorySegment(out, to + toRow, O);
        c11.intoMemorySegment(out, to + toRow + V, O);
        c20.intoMemorySegment(out, to + 2 * toRow, O);
        c21.intoMemorySegment(out, to + 2 * toRow + V, O);
        c30.intoMemorySegment(out, to + 3 * toRow, O);
        c31.intoMemorySegment(out, to + 3 * toRow + V, O);
        c40.intoMemorySegment(out, to + 4 * toRow, O);
        c41.intoMemorySegment(out, to + 4 * toRow + V, O);
        c50.intoMemorySegment(out, to + 5 * toRow, O);
        c51.intoMemorySegment(out, to + 5 * toRow + V, O);
    }

    private static void columns(
            MemorySegment c,
            long cAt,
            long cRow,
            long unreadAt,
            MemorySegment a,
            long aAt,
            long aRow,
            MemorySegment b,
            long bAt,
            long bRow,
            int depth) {
        FloatVector zero = FloatVector.zero(S);
        FloatVector c00 = zero, c01 = zero, c10 = zero, c11 = zero, c20 = zero, c21 = zero;
        FloatVector c30 = zero, c31 = zero, c40 = zero, c41 = zero, c50 = zero, c51 = zero;
        MemorySegment left = AllMemory.GRANTED ? AllMemory.ALL : a;
        MemorySegment right = AllMemory.GRANTED ? AllMemory.ALL : b;
        MemorySegment out = AllMemory.GRANTED ? AllMemory.ALL : c;
        long from = aAt & AllMemory.ADDRESSES;
        long step = aRow & AllMemory.DISTANCES;
        long other = bAt & AllMemory.ADDRESSES;
        long otherStep = bRow & AllMemory.DISTANCES;
        long nowhere = unreadAt & AllMemory.ADDRESSES;
        int end = depth & AllMemory.COUNTS;
        for (int p = 0; p < end; p++) {
            long bp = other + p * otherStep;
            FloatVector b0 = FloatVector.fromMemorySegment(S, right, bp, O);
            FloatVector b1 = FloatVector.fromMemorySegment(S, right, bp + V, O);
            long ap = from + p * step;
            FloatVector x;
            x = FloatVector.broadcast(S, left.get(F, ap));
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            x = FloatVector.broadcast(S, left.get(F, ap + 4));
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            if (Lanes.FEW_REGISTERS) {
                c11.intoMemorySegment(out, nowhere, O);
            }
            x = FloatVector.broadcast(S, left.get(F, ap + 8));
            c20 = x.fma(b0, c20);
            c21 = x.fma(b1, c21);
            x = FloatVector.broadcast(S, left.get(F, ap + 12));
            c30 = x.fma(b0, c30);
            c31 = x.fma(b1, c31);
            if (Lanes.FEW_REGISTERS) {
                c31.intoMemorySegment(out, nowhere, O);
            }
            x = FloatVector.broadcast(S, left.get(F, ap + 16));
            c40 = x.fma(b0, c40);
            c41 = x.fma(b1, c41);
            x = FloatVector.broadcast(S, left.get(F, ap + 20));
            c50 = x.fma(b0, c50);
            c51 = x.fma(b1, c51);
        }
        long to = cAt & AllMemory.ADDRESSES;
        long toRow = cRow & AllMemory.DISTANCES;
        c00.intoMemorySegment(out, to, O);
        c01.intoMemorySegment(out, to + V, O);
        c10.intoMemorySegment(out, to + toRow, O);
        c11.intoMemorySegment(out, to + toRow + V, O);
        c20.intoMemorySegment(out, to + 2 * toRow, O);
        c21.intoMemorySegment(out, to + 2 * toRow + V, O);
        c30.intoMemorySegment(out, to + 3 * toRow, O);
        c31.intoMemorySegment(out, to + 3 * toRow + V, O);
        c40.intoMemorySegment(out, to + 4 * toRow, O);
        c41.intoMemorySegment(out, to + 4 * toRow + V, O);
        c50.intoMemorySegment(out, to + 5 * toRow, O);
        c51.intoMemorySegment(out, to + 5 * toRow + V, O);
    }
}
