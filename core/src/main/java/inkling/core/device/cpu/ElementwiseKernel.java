package inkling.core.device.cpu;

import inkling.core.device.KernelChecks;
import inkling.core.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/// Passes over memory: fill, copy, add, scale, sum of squares. All are limited by bandwidth, so they are split in
/// pieces that a thread streams.
final class ElementwiseKernel {
    /// Elements of one piece: large enough to hide the hand-out, small enough to balance. Fixed, since sums are
    /// reduced piece by piece.
    private static final int PIECE = 1 << 16;

    private final WorkerPool pool;
    private double[] partialSums = new double[0];

    ElementwiseKernel(WorkerPool pool) {
        this.pool = pool;
    }

    private static int pieces(Tensor x) {
        return Math.toIntExact((x.size() + PIECE - 1) / PIECE);
    }

    private static long end(Tensor x, long from) {
        return Math.min(x.size(), from + PIECE);
    }

    void fill(Tensor x, float value) {
        MemorySegment segment = x.segment();
        pool.run(pieces(x), (piece, worker) -> {
            long from = (long) piece * PIECE;
            long to = end(x, from);
            FloatVector filled = FloatVector.broadcast(Lanes.SPECIES, value);
            long i = from;
            for (; i + Lanes.COUNT <= to; i += Lanes.COUNT) {
                Lanes.store(filled, segment, i);
            }
            for (; i < to; i++) {
                Lanes.set(segment, i, value);
            }
        });
    }

    void copy(Tensor y, Tensor x) {
        KernelChecks.size("copy", "x", x, y.size());
        if (x.size() <= PIECE) {
            MemorySegment.copy(x.segment(), 0, y.segment(), 0, x.byteSize());
            return;
        }
        pool.run(pieces(x), (piece, worker) -> {
            long from = (long) piece * PIECE;
            long bytes = (end(x, from) - from) * Float.BYTES;
            MemorySegment.copy(x.segment(), from * Float.BYTES, y.segment(), from * Float.BYTES, bytes);
        });
    }

    void addScaled(Tensor y, Tensor x, float scale) {
        KernelChecks.size("addScaled", "x", x, y.size());
        MemorySegment source = x.segment();
        MemorySegment target = y.segment();
        pool.run(pieces(x), (piece, worker) -> {
            long from = (long) piece * PIECE;
            long to = end(x, from);
            long i = from;
            for (; i + Lanes.COUNT <= to; i += Lanes.COUNT) {
                Lanes.store(Lanes.load(source, i).mul(scale).add(Lanes.load(target, i)), target, i);
            }
            for (; i < to; i++) {
                Lanes.set(target, i, Lanes.get(source, i) * scale + Lanes.get(target, i));
            }
        });
    }

    void scale(Tensor x, float factor) {
        MemorySegment segment = x.segment();
        pool.run(pieces(x), (piece, worker) -> {
            long from = (long) piece * PIECE;
            long to = end(x, from);
            long i = from;
            for (; i + Lanes.COUNT <= to; i += Lanes.COUNT) {
                Lanes.store(Lanes.load(segment, i).mul(factor), segment, i);
            }
            for (; i < to; i++) {
                Lanes.set(segment, i, Lanes.get(segment, i) * factor);
            }
        });
    }

    double sumOfSquares(Tensor x) {
        int count = pieces(x);
        if (partialSums.length < count) {
            partialSums = new double[count];
        }
        double[] sums = partialSums;
        pool.run(count, (piece, worker) -> {
            long from = (long) piece * PIECE;
            sums[piece] = sumOfSquares(x.segment(), from, end(x, from));
        });
        double total = 0;
        for (int piece = 0; piece < count; piece++) {
            total += sums[piece];
        }
        return total;
    }

    /// Squares are added as doubles: float sums over millions of elements would lose digits.
    private static double sumOfSquares(MemorySegment segment, long from, long to) {
        DoubleVector low = DoubleVector.zero(Lanes.DOUBLES);
        DoubleVector high = DoubleVector.zero(Lanes.DOUBLES);
        long i = from;
        for (; i + Lanes.COUNT <= to; i += Lanes.COUNT) {
            FloatVector v = Lanes.load(segment, i);
            DoubleVector a = (DoubleVector) v.convertShape(VectorOperators.F2D, Lanes.DOUBLES, 0);
            DoubleVector b = (DoubleVector) v.convertShape(VectorOperators.F2D, Lanes.DOUBLES, 1);
            low = a.fma(a, low);
            high = b.fma(b, high);
        }
        double sum = Lanes.sum(low.add(high));
        for (; i < to; i++) {
            double v = Lanes.get(segment, i);
            sum += v * v;
        }
        return sum;
    }
}
