package inkling.core.device.cpu;

import inkling.core.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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
/// Rows of `a` and steps of `b` are found by strides, so that `a` is read in place wherever it lies row by row.
///
/// How it is written matters more than usual, all measured: accumulators must start as `zero` in the method (loading
/// them from `C` under a condition puts every vector on the heap: 1/25 of the speed); the tile leaves through a small
/// array because 24 more loads and stores on segments make the method too large for the first compiler, which then
/// keeps it forever in its slow form; and loads are written out, because helper methods are no longer inlined here.
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
    private static final ValueLayout.OfFloat F = Tensor.LAYOUT;

    private MicroKernel() {}

    /// One operand of a tile: where it starts and how it goes on, in bytes. Each worker has its own and moves it about.
    static final class Operand {
        /// The memory it lies in.
        MemorySegment segment = MemorySegment.NULL;
        /// Its first element.
        long at;
        /// From one row of the tile to the next (first operand only).
        long rowStride;
        /// From one step of the sum to the next.
        long stepStride;

        void set(MemorySegment newSegment, long newAt, long newRowStride, long newStepStride) {
            segment = newSegment;
            at = newAt;
            rowStride = newRowStride;
            stepStride = newStepStride;
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
            tile4(tile, a, b, steps);
        } else {
            tile2(tile, a, b, steps);
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

    private static void tile4(float[] tile, Operand a, Operand b, int steps) {
        MemorySegment as = a.segment;
        MemorySegment bs = b.segment;
        long ao = a.at;
        long bo = b.at;
        long row = a.rowStride;
        long aStep = a.stepStride;
        long bStep = b.stepStride;
        FloatVector c00 = FloatVector.zero(S);
        FloatVector c01 = FloatVector.zero(S);
        FloatVector c02 = FloatVector.zero(S);
        FloatVector c03 = FloatVector.zero(S);
        FloatVector c10 = FloatVector.zero(S);
        FloatVector c11 = FloatVector.zero(S);
        FloatVector c12 = FloatVector.zero(S);
        FloatVector c13 = FloatVector.zero(S);
        FloatVector c20 = FloatVector.zero(S);
        FloatVector c21 = FloatVector.zero(S);
        FloatVector c22 = FloatVector.zero(S);
        FloatVector c23 = FloatVector.zero(S);
        FloatVector c30 = FloatVector.zero(S);
        FloatVector c31 = FloatVector.zero(S);
        FloatVector c32 = FloatVector.zero(S);
        FloatVector c33 = FloatVector.zero(S);
        FloatVector c40 = FloatVector.zero(S);
        FloatVector c41 = FloatVector.zero(S);
        FloatVector c42 = FloatVector.zero(S);
        FloatVector c43 = FloatVector.zero(S);
        FloatVector c50 = FloatVector.zero(S);
        FloatVector c51 = FloatVector.zero(S);
        FloatVector c52 = FloatVector.zero(S);
        FloatVector c53 = FloatVector.zero(S);
        for (int p = 0; p < steps; p++) {
            FloatVector b0 = FloatVector.fromMemorySegment(S, bs, bo, O);
            FloatVector b1 = FloatVector.fromMemorySegment(S, bs, bo + V, O);
            FloatVector b2 = FloatVector.fromMemorySegment(S, bs, bo + 2 * V, O);
            FloatVector b3 = FloatVector.fromMemorySegment(S, bs, bo + 3 * V, O);
            FloatVector x;
            x = FloatVector.broadcast(S, as.get(F, ao));
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            c02 = x.fma(b2, c02);
            c03 = x.fma(b3, c03);
            x = FloatVector.broadcast(S, as.get(F, ao + row));
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            c12 = x.fma(b2, c12);
            c13 = x.fma(b3, c13);
            x = FloatVector.broadcast(S, as.get(F, ao + 2 * row));
            c20 = x.fma(b0, c20);
            c21 = x.fma(b1, c21);
            c22 = x.fma(b2, c22);
            c23 = x.fma(b3, c23);
            x = FloatVector.broadcast(S, as.get(F, ao + 3 * row));
            c30 = x.fma(b0, c30);
            c31 = x.fma(b1, c31);
            c32 = x.fma(b2, c32);
            c33 = x.fma(b3, c33);
            x = FloatVector.broadcast(S, as.get(F, ao + 4 * row));
            c40 = x.fma(b0, c40);
            c41 = x.fma(b1, c41);
            c42 = x.fma(b2, c42);
            c43 = x.fma(b3, c43);
            x = FloatVector.broadcast(S, as.get(F, ao + 5 * row));
            c50 = x.fma(b0, c50);
            c51 = x.fma(b1, c51);
            c52 = x.fma(b2, c52);
            c53 = x.fma(b3, c53);
            ao += aStep;
            bo += bStep;
        }
        c00.intoArray(tile, 0);
        c01.intoArray(tile, L);
        c02.intoArray(tile, 2 * L);
        c03.intoArray(tile, 3 * L);
        c10.intoArray(tile, 4 * L);
        c11.intoArray(tile, 5 * L);
        c12.intoArray(tile, 6 * L);
        c13.intoArray(tile, 7 * L);
        c20.intoArray(tile, 8 * L);
        c21.intoArray(tile, 9 * L);
        c22.intoArray(tile, 10 * L);
        c23.intoArray(tile, 11 * L);
        c30.intoArray(tile, 12 * L);
        c31.intoArray(tile, 13 * L);
        c32.intoArray(tile, 14 * L);
        c33.intoArray(tile, 15 * L);
        c40.intoArray(tile, 16 * L);
        c41.intoArray(tile, 17 * L);
        c42.intoArray(tile, 18 * L);
        c43.intoArray(tile, 19 * L);
        c50.intoArray(tile, 20 * L);
        c51.intoArray(tile, 21 * L);
        c52.intoArray(tile, 22 * L);
        c53.intoArray(tile, 23 * L);
    }

    private static void tile2(float[] tile, Operand a, Operand b, int steps) {
        MemorySegment as = a.segment;
        MemorySegment bs = b.segment;
        long ao = a.at;
        long bo = b.at;
        long row = a.rowStride;
        long aStep = a.stepStride;
        long bStep = b.stepStride;
        FloatVector c00 = FloatVector.zero(S);
        FloatVector c01 = FloatVector.zero(S);
        FloatVector c10 = FloatVector.zero(S);
        FloatVector c11 = FloatVector.zero(S);
        FloatVector c20 = FloatVector.zero(S);
        FloatVector c21 = FloatVector.zero(S);
        FloatVector c30 = FloatVector.zero(S);
        FloatVector c31 = FloatVector.zero(S);
        FloatVector c40 = FloatVector.zero(S);
        FloatVector c41 = FloatVector.zero(S);
        FloatVector c50 = FloatVector.zero(S);
        FloatVector c51 = FloatVector.zero(S);
        for (int p = 0; p < steps; p++) {
            FloatVector b0 = FloatVector.fromMemorySegment(S, bs, bo, O);
            FloatVector b1 = FloatVector.fromMemorySegment(S, bs, bo + V, O);
            FloatVector x;
            x = FloatVector.broadcast(S, as.get(F, ao));
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            x = FloatVector.broadcast(S, as.get(F, ao + row));
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            x = FloatVector.broadcast(S, as.get(F, ao + 2 * row));
            c20 = x.fma(b0, c20);
            c21 = x.fma(b1, c21);
            x = FloatVector.broadcast(S, as.get(F, ao + 3 * row));
            c30 = x.fma(b0, c30);
            c31 = x.fma(b1, c31);
            x = FloatVector.broadcast(S, as.get(F, ao + 4 * row));
            c40 = x.fma(b0, c40);
            c41 = x.fma(b1, c41);
            x = FloatVector.broadcast(S, as.get(F, ao + 5 * row));
            c50 = x.fma(b0, c50);
            c51 = x.fma(b1, c51);
            ao += aStep;
            bo += bStep;
        }
        c00.intoArray(tile, 0);
        c01.intoArray(tile, L);
        c10.intoArray(tile, 2 * L);
        c11.intoArray(tile, 3 * L);
        c20.intoArray(tile, 4 * L);
        c21.intoArray(tile, 5 * L);
        c30.intoArray(tile, 6 * L);
        c31.intoArray(tile, 7 * L);
        c40.intoArray(tile, 8 * L);
        c41.intoArray(tile, 9 * L);
        c50.intoArray(tile, 10 * L);
        c51.intoArray(tile, 11 * L);
    }
}
