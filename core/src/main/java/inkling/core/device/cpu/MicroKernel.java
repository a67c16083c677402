package inkling.core.device.cpu;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/// The innermost loop of every matrix product: a tile of 6 rows × a few vectors of `C`, kept in registers.
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
/// multiply-adds. With 16 registers (AVX2, SSE) W = 2. Both reach the measured peak of the units when `a` and `b` come
/// from the nearest caches.
///
/// Where `a` lies row by row it is read in place; else it is packed first, six elements and two of padding for every
/// step.
///
/// How it is written matters more than usual, all measured: accumulators must start as `zero` in the method (loading
/// them from `C` under a condition puts every vector on the heap: 1/25 of the speed); the tile leaves through a small
/// array because 24 more loads and stores on segments make the method too large for the first compiler, which then
/// keeps it forever in its slow form; and loads are written out, because helper methods are no longer inlined here. The
/// loops are [WideTile] and [NarrowTile].
final class MicroKernel {
    /// Rows of a tile.
    static final int ROWS = 6;

    /// Vectors of a wide tile.
    static final int WIDE = wideVectors();

    /// Vectors of a narrow tile, for outputs of few columns.
    static final int NARROW = 2;

    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    private static final int L = Lanes.COUNT;
    private static final long V = (long) Lanes.COUNT * Float.BYTES;
    private static final ByteOrder O = ByteOrder.LITTLE_ENDIAN;

    private MicroKernel() {}

    /// One operand of a tile: where it starts and how it goes on, in bytes. Each worker has its own and moves it about.
    static final class Operand {
        /// The memory it lies in.
        MemorySegment segment = MemorySegment.NULL;
        /// Its first element.
        long at;
        /// From one row of the first operand to the next; 0 where it is packed, and for the second operand, which
        /// always is.
        long rowStride;

        /// Rows that lie in their matrix.
        void rows(MemorySegment newSegment, long newAt, long newRowStride) {
            segment = newSegment;
            at = newAt;
            rowStride = newRowStride;
        }

        /// A tile or a panel: the elements of a step side by side, step after step.
        void packed(MemorySegment newSegment, long newAt) {
            rows(newSegment, newAt, 0);
        }
    }

    /// 32 registers are there with AVX-512, which vectors of 16 lanes imply, and on ARM.
    private static int wideVectors() {
        return Lanes.COUNT == 16 || "aarch64".equals(System.getProperty("os.arch")) ? 4 : 2;
    }

    /// Vectors of the tile that suits an output of so many columns.
    static int vectorsFor(int columns) {
        return columns <= NARROW * L ? NARROW : WIDE;
    }

    /// A buffer for [#run].
    static float[] newTile() {
        return new float[ROWS * WIDE * L];
    }

    /// Computes `tile = a · b` for 6 rows × `vectors` vectors, summed over `steps`.
    static void run(int vectors, float[] tile, Operand a, Operand b, int steps) {
        if (vectors == 4) {
            if (a.rowStride == 0) {
                WideTile.packed(tile, a.segment, a.at, b.segment, b.at, steps);
            } else {
                WideTile.rows(tile, a.segment, a.at, a.rowStride, b.segment, b.at, steps);
            }
        } else if (a.rowStride == 0) {
            NarrowTile.packed(tile, a.segment, a.at, b.segment, b.at, steps);
        } else {
            NarrowTile.rows(tile, a.segment, a.at, a.rowStride, b.segment, b.at, steps);
        }
    }

    /// A piece of an output matrix that receives a tile.
    static final class Target {
        /// The memory it lies in.
        MemorySegment segment = MemorySegment.NULL;
        /// Its first element.
        long at;
        /// From one row to the next.
        long rowStride;
        /// Rows that exist, at most 6.
        int rows;
        /// Columns that exist, at most the width of the tile.
        int columns;

        void set(MemorySegment newSegment, long newAt, long newRowStride, int newRows, int newColumns) {
            segment = newSegment;
            at = newAt;
            rowStride = newRowStride;
            rows = newRows;
            columns = newColumns;
        }
    }

    /// Moves the part of a tile that exists to memory: `target = tile`, or `target += tile`.
    static void write(Target target, float[] tile, int vectors, boolean add) {
        if (target.rows < ROWS || target.columns < vectors * L) {
            writePart(target, tile, vectors, add);
        } else if (vectors == 2) {
            write2(target.segment, target.at, target.rowStride, tile, add);
        } else if (add) {
            add4(target.segment, target.at, target.rowStride, tile);
        } else {
            write4(target.segment, target.at, target.rowStride, tile);
        }
    }

    private static void add4(MemorySegment to, long start, long stride, float[] tile) {
        long at = start;
        for (int t = 0; t < ROWS * 4 * L; t += 4 * L) {
            FloatVector c0 = FloatVector.fromMemorySegment(S, to, at, O);
            FloatVector c1 = FloatVector.fromMemorySegment(S, to, at + V, O);
            FloatVector c2 = FloatVector.fromMemorySegment(S, to, at + 2 * V, O);
            FloatVector c3 = FloatVector.fromMemorySegment(S, to, at + 3 * V, O);
            c0.add(FloatVector.fromArray(S, tile, t)).intoMemorySegment(to, at, O);
            c1.add(FloatVector.fromArray(S, tile, t + L)).intoMemorySegment(to, at + V, O);
            c2.add(FloatVector.fromArray(S, tile, t + 2 * L)).intoMemorySegment(to, at + 2 * V, O);
            c3.add(FloatVector.fromArray(S, tile, t + 3 * L)).intoMemorySegment(to, at + 3 * V, O);
            at += stride;
        }
    }

    private static void write4(MemorySegment to, long start, long stride, float[] tile) {
        long at = start;
        for (int t = 0; t < ROWS * 4 * L; t += 4 * L) {
            FloatVector.fromArray(S, tile, t).intoMemorySegment(to, at, O);
            FloatVector.fromArray(S, tile, t + L).intoMemorySegment(to, at + V, O);
            FloatVector.fromArray(S, tile, t + 2 * L).intoMemorySegment(to, at + 2 * V, O);
            FloatVector.fromArray(S, tile, t + 3 * L).intoMemorySegment(to, at + 3 * V, O);
            at += stride;
        }
    }

    private static void write2(MemorySegment to, long start, long stride, float[] tile, boolean add) {
        long at = start;
        for (int t = 0; t < ROWS * 2 * L; t += 2 * L) {
            FloatVector c0 = FloatVector.fromArray(S, tile, t);
            FloatVector c1 = FloatVector.fromArray(S, tile, t + L);
            if (add) {
                c0 = FloatVector.fromMemorySegment(S, to, at, O).add(c0);
                c1 = FloatVector.fromMemorySegment(S, to, at + V, O).add(c1);
            }
            c0.intoMemorySegment(to, at, O);
            c1.intoMemorySegment(to, at + V, O);
            at += stride;
        }
    }

    private static void writePart(Target target, float[] tile, int vectors, boolean add) {
        MemorySegment to = target.segment;
        int whole = target.columns - target.columns % L;
        VectorMask<Float> tail = Lanes.mask(target.columns - whole);
        for (int i = 0; i < target.rows; i++) {
            long at = target.at + i * target.rowStride;
            int from = i * vectors * L;
            for (int j = 0; j < whole; j += L) {
                FloatVector value = FloatVector.fromArray(S, tile, from + j);
                if (add) {
                    value = FloatVector.fromMemorySegment(S, to, at + 4L * j, O).add(value);
                }
                value.intoMemorySegment(to, at + 4L * j, O);
            }
            if (whole < target.columns) {
                FloatVector value = FloatVector.fromArray(S, tile, from + whole);
                if (add) {
                    value = FloatVector.fromMemorySegment(S, to, at + 4L * whole, O, tail)
                            .add(value);
                }
                value.intoMemorySegment(to, at + 4L * whole, O, tail);
            }
        }
    }
}
