package inkling.core.device.cpu;

import inkling.core.device.Store;
import inkling.core.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// Product of very few rows with a weight `(out, in)`, as in generation: limited by reading the weight once.
///
/// Each worker owns a range of weight rows and reads them front to back, four rows at a time with one accumulator
/// each, so that four streams of memory are under way. Weight rows read for one row of `x` are in the cache for the
/// next.
final class GemvKernel {
    /// Products with more rows than this go to the packed kernel.
    static final int MOST_ROWS = 4;

    private final WorkerPool pool;

    GemvKernel(WorkerPool pool) {
        this.pool = pool;
    }

    /// `c[i, j] = a[i] · b[j]`.
    void multiply(Tensor c, Tensor a, Tensor b, Store store) {
        int n = b.rows();
        int k = b.columns();
        boolean add = store == Store.ADD;
        pool.run((long) a.rows() * n * k, (worker, workers) -> {
            int last = WorkerPool.from(n, worker + 1, workers);
            for (int j = WorkerPool.from(n, worker, workers); j < last; j += 4) {
                for (int i = 0; i < a.rows(); i++) {
                    long at = (long) i * n + j;
                    if (last - j >= 4) {
                        fourRows(c, at, a.segment(), 4L * i * k, b.segment(), 4L * j * k, k, add);
                    } else {
                        for (int rest = 0; rest < last - j; rest++) {
                            float dot = dot(a.segment(), 4L * i * k, b.segment(), 4L * (j + rest) * k, k);
                            put(c, at + rest, dot, add);
                        }
                    }
                }
            }
        });
    }

    private static void put(Tensor c, long at, float dot, boolean add) {
        c.set(at, add ? c.get(at) + dot : dot);
    }

    /// Dot product of two vectors of `k` elements.
    static float dot(MemorySegment a, long aAt, MemorySegment b, long bAt, int k) {
        FloatVector sum = FloatVector.zero(Lanes.SPECIES);
        int whole = Lanes.whole(k);
        for (int p = 0; p < whole; p += Lanes.COUNT) {
            sum = Lanes.load(a, aAt + 4L * p).fma(Lanes.load(b, bAt + 4L * p), sum);
        }
        if (whole < k) {
            VectorMask<Float> tail = Lanes.tail(k);
            sum = Lanes.load(a, aAt + 4L * whole, tail).fma(Lanes.load(b, bAt + 4L * whole, tail), sum);
        }
        return sum.reduceLanes(VectorOperators.ADD);
    }

    private static void fourRows(
            Tensor c, long at, MemorySegment a, long aAt, MemorySegment b, long bAt, int k, boolean add) {
        FloatVector s0 = FloatVector.zero(Lanes.SPECIES);
        FloatVector s1 = FloatVector.zero(Lanes.SPECIES);
        FloatVector s2 = FloatVector.zero(Lanes.SPECIES);
        FloatVector s3 = FloatVector.zero(Lanes.SPECIES);
        int whole = Lanes.whole(k);
        long row = 4L * k;
        for (int p = 0; p < whole; p += Lanes.COUNT) {
            FloatVector x = Lanes.load(a, aAt + 4L * p);
            long from = bAt + 4L * p;
            s0 = x.fma(Lanes.load(b, from), s0);
            s1 = x.fma(Lanes.load(b, from + row), s1);
            s2 = x.fma(Lanes.load(b, from + 2 * row), s2);
            s3 = x.fma(Lanes.load(b, from + 3 * row), s3);
        }
        if (whole < k) {
            VectorMask<Float> tail = Lanes.tail(k);
            FloatVector x = Lanes.load(a, aAt + 4L * whole, tail);
            long from = bAt + 4L * whole;
            s0 = x.fma(Lanes.load(b, from, tail), s0);
            s1 = x.fma(Lanes.load(b, from + row, tail), s1);
            s2 = x.fma(Lanes.load(b, from + 2 * row, tail), s2);
            s3 = x.fma(Lanes.load(b, from + 3 * row, tail), s3);
        }
        put(c, at, s0.reduceLanes(VectorOperators.ADD), add);
        put(c, at + 1, s1.reduceLanes(VectorOperators.ADD), add);
        put(c, at + 2, s2.reduceLanes(VectorOperators.ADD), add);
        put(c, at + 3, s3.reduceLanes(VectorOperators.ADD), add);
    }
}
