package inkling.core.device.cpu;

import inkling.core.device.KernelChecks;
import inkling.core.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Softmax, log-softmax and the gradient of softmax, row by row: maximum, exponentials with their sum, division.
final class SoftmaxKernel {
    private static final int ROW_GRAIN = 8;

    private final WorkerPool pool;
    /// One vector for each worker, to sum up in.
    private final float[][] lanes;

    SoftmaxKernel(WorkerPool pool) {
        this.pool = pool;
        this.lanes = new float[pool.workers()][Lanes.COUNT + Lanes.APART];
    }

    void softmax(Tensor y, Tensor x) {
        KernelChecks.same("softmax", "y", y, x);
        int width = x.columns();
        pool.run(pieces(x), (piece, worker) -> {
            int to = Math.min(x.rows(), (piece + 1) * ROW_GRAIN);
            for (int row = piece * ROW_GRAIN; row < to; row++) {
                long at = (long) row * width;
                float max = max(x.segment(), at, width);
                if (max == Float.NEGATIVE_INFINITY) { // a row with everything masked
                    y.segment()
                            .asSlice(at * Float.BYTES, (long) width * Float.BYTES)
                            .fill((byte) 0);
                    continue;
                }
                storeExp(y.segment(), x.segment(), at, width, max);
                scale(y.segment(), at, width, 1 / sum(y.segment(), at, width, lanes[worker]));
            }
        });
    }

    void logSoftmax(Tensor y, Tensor x) {
        KernelChecks.same("logSoftmax", "y", y, x);
        int width = x.columns();
        pool.run(pieces(x), (piece, worker) -> {
            int to = Math.min(x.rows(), (piece + 1) * ROW_GRAIN);
            for (int row = piece * ROW_GRAIN; row < to; row++) {
                long at = (long) row * width;
                float max = max(x.segment(), at, width);
                float log = (float) Math.log(sumExp(x.segment(), at, width, max, lanes[worker]));
                subtract(y.segment(), x.segment(), at, width, max, log);
            }
        });
    }

    void softmaxBackward(Tensor dx, Tensor dy, Tensor y) {
        KernelChecks.same("softmaxBackward", "dx", dx, y);
        KernelChecks.same("softmaxBackward", "dy", dy, y);
        int width = y.columns();
        pool.runRanges(y.rows(), ROW_GRAIN, (from, to) -> {
            for (int row = from; row < to; row++) {
                gradientRow(dx.segment(), dy.segment(), y.segment(), (long) row * width, width);
            }
        });
    }

    private static int pieces(Tensor x) {
        return (x.rows() + ROW_GRAIN - 1) / ROW_GRAIN;
    }

    /// Largest element of a row. Four maxima side by side hide their latency.
    static float max(MemorySegment x, long at, int width) {
        VectorSpecies<Float> s = Lanes.SPECIES;
        FloatVector m0 = FloatVector.broadcast(s, Float.NEGATIVE_INFINITY);
        FloatVector m1 = m0;
        FloatVector m2 = m0;
        FloatVector m3 = m0;
        int step = 4 * Lanes.COUNT;
        long v = 4L * Lanes.COUNT;
        int j = 0;
        for (; j + step <= width; j += step) {
            long from = 4 * (at + j);
            m0 = m0.max(FloatVector.fromMemorySegment(s, x, from, Lanes.ORDER));
            m1 = m1.max(FloatVector.fromMemorySegment(s, x, from + v, Lanes.ORDER));
            m2 = m2.max(FloatVector.fromMemorySegment(s, x, from + 2 * v, Lanes.ORDER));
            m3 = m3.max(FloatVector.fromMemorySegment(s, x, from + 3 * v, Lanes.ORDER));
        }
        for (; j + Lanes.COUNT <= width; j += Lanes.COUNT) {
            m0 = m0.max(FloatVector.fromMemorySegment(s, x, 4 * (at + j), Lanes.ORDER));
        }
        float max = m0.max(m1).max(m2.max(m3)).reduceLanes(VectorOperators.MAX);
        for (; j < width; j++) {
            max = Math.max(max, Lanes.get(x, at + j));
        }
        return max;
    }

    /// `Σ e^(x − max)` of a row; each lane's partial sums are short, so float is enough. `lanes` is overwritten.
    static float sumExp(MemorySegment x, long at, int width, float max, float[] lanes) {
        FloatVector sums = FloatVector.zero(Lanes.SPECIES);
        int j = 0;
        for (; j + Lanes.COUNT <= width; j += Lanes.COUNT) {
            sums = sums.add(Lanes.exp(FloatVector.fromMemorySegment(Lanes.SPECIES, x, 4 * (at + j), Lanes.ORDER)
                    .sub(max)));
        }
        sums.intoArray(lanes, 0);
        float sum = Lanes.fold(lanes);
        for (; j < width; j++) {
            sum += (float) Math.exp(Lanes.get(x, at + j) - max);
        }
        return sum;
    }

    /// Stores `e^(x − max)` of a row. The sum is another pass over what is then in the nearest cache: in one loop
    /// with it, the compiler has no room left for the end of the method and lets vectors go over the heap.
    static void storeExp(MemorySegment y, MemorySegment x, long at, int width, float max) {
        int j = 0;
        for (; j + Lanes.COUNT <= width; j += Lanes.COUNT) {
            FloatVector v = FloatVector.fromMemorySegment(Lanes.SPECIES, x, 4 * (at + j), Lanes.ORDER);
            Lanes.exp(v.sub(max)).intoMemorySegment(y, 4 * (at + j), Lanes.ORDER);
        }
        for (; j < width; j++) {
            Lanes.set(y, at + j, (float) Math.exp(Lanes.get(x, at + j) - max));
        }
    }

    /// Sum of a row; `lanes` is overwritten.
    ///
    /// Eight sums side by side hide the latency of the addition. They also make the method too long to be compiled
    /// into its callers: there the compiler kept both sums of a shorter one on the heap in three runs of 17, a new
    /// object for each vector. (One of the eight it still does, in one run of twelve; see EXPERIMENTS.md.)
    static float sum(MemorySegment x, long at, int width, float[] lanes) {
        VectorSpecies<Float> s = Lanes.SPECIES;
        FloatVector s0 = FloatVector.zero(s);
        FloatVector s1 = FloatVector.zero(s);
        FloatVector s2 = FloatVector.zero(s);
        FloatVector s3 = FloatVector.zero(s);
        FloatVector s4 = FloatVector.zero(s);
        FloatVector s5 = FloatVector.zero(s);
        FloatVector s6 = FloatVector.zero(s);
        FloatVector s7 = FloatVector.zero(s);
        int step = 8 * Lanes.COUNT;
        long v = 4L * Lanes.COUNT;
        int j = 0;
        for (; j + step <= width; j += step) {
            long from = 4 * (at + j);
            s0 = s0.add(FloatVector.fromMemorySegment(s, x, from, Lanes.ORDER));
            s1 = s1.add(FloatVector.fromMemorySegment(s, x, from + v, Lanes.ORDER));
            s2 = s2.add(FloatVector.fromMemorySegment(s, x, from + 2 * v, Lanes.ORDER));
            s3 = s3.add(FloatVector.fromMemorySegment(s, x, from + 3 * v, Lanes.ORDER));
            s4 = s4.add(FloatVector.fromMemorySegment(s, x, from + 4 * v, Lanes.ORDER));
            s5 = s5.add(FloatVector.fromMemorySegment(s, x, from + 5 * v, Lanes.ORDER));
            s6 = s6.add(FloatVector.fromMemorySegment(s, x, from + 6 * v, Lanes.ORDER));
            s7 = s7.add(FloatVector.fromMemorySegment(s, x, from + 7 * v, Lanes.ORDER));
        }
        for (; j + Lanes.COUNT <= width; j += Lanes.COUNT) {
            s0 = s0.add(FloatVector.fromMemorySegment(s, x, 4 * (at + j), Lanes.ORDER));
        }
        s0.add(s1).add(s2.add(s3)).add(s4.add(s5).add(s6.add(s7))).intoArray(lanes, 0);
        float sum = Lanes.fold(lanes);
        for (; j < width; j++) {
            sum += Lanes.get(x, at + j);
        }
        return sum;
    }

    /// Multiplies a row by a factor.
    static void scale(MemorySegment y, long at, int width, float factor) {
        int j = 0;
        for (; j + Lanes.COUNT <= width; j += Lanes.COUNT) {
            FloatVector v = FloatVector.fromMemorySegment(Lanes.SPECIES, y, 4 * (at + j), Lanes.ORDER);
            v.mul(factor).intoMemorySegment(y, 4 * (at + j), Lanes.ORDER);
        }
        for (; j < width; j++) {
            Lanes.set(y, at + j, Lanes.get(y, at + j) * factor);
        }
    }

    /// `y = (x − max) − log` of a row: in this order, since `max` may be large and the difference is exact to its
    /// own size.
    private static void subtract(MemorySegment y, MemorySegment x, long at, int width, float max, float log) {
        int j = 0;
        for (; j + Lanes.COUNT <= width; j += Lanes.COUNT) {
            FloatVector v = FloatVector.fromMemorySegment(Lanes.SPECIES, x, 4 * (at + j), Lanes.ORDER);
            v.sub(max).sub(log).intoMemorySegment(y, 4 * (at + j), Lanes.ORDER);
        }
        for (; j < width; j++) {
            Lanes.set(y, at + j, Lanes.get(x, at + j) - max - log);
        }
    }

    private static void gradientRow(MemorySegment dx, MemorySegment dy, MemorySegment y, long at, int width) {
        FloatVector sums = FloatVector.zero(Lanes.SPECIES);
        int j = 0;
        for (; j + Lanes.COUNT <= width; j += Lanes.COUNT) {
            sums = Lanes.load(dy, at + j).fma(Lanes.load(y, at + j), sums);
        }
        float sum = Lanes.sum(sums);
        for (; j < width; j++) {
            sum += Lanes.get(dy, at + j) * Lanes.get(y, at + j);
        }
        j = 0;
        for (; j + Lanes.COUNT <= width; j += Lanes.COUNT) {
            Lanes.store(Lanes.load(dy, at + j).sub(sum).mul(Lanes.load(y, at + j)), dx, at + j);
        }
        for (; j < width; j++) {
            Lanes.set(dx, at + j, (Lanes.get(dy, at + j) - sum) * Lanes.get(y, at + j));
        }
    }
}
