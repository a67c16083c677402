package inkling.core.device.cpu;

import inkling.core.device.Store;
import inkling.core.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/// Product of very few rows with a weight `(out, in)`, as in generation: limited by reading the weight once.
///
/// Each worker owns a range of weight rows and reads them front to back, four rows at a time with one accumulator
/// each, so that four streams of memory are under way. Weight rows read for one row of `x` are in the cache for the
/// next.
final class GemvKernel {
    /// Products with more rows than this go to the packed kernel.
    static final int MOST_ROWS = 4;

    /// Weight rows in one piece of work; large pieces read memory in long runs.
    private static final int ROWS_AT_A_TIME = 256;

    /// Products with fewer multiply-adds are done by the caller alone.
    private static final long SMALLEST_SHARED_WORK = 32_768;

    private final WorkerPool pool;

    GemvKernel(WorkerPool pool) {
        this.pool = pool;
    }

    /// `c[i, j] = a[i] · b[j]`.
    void multiply(Tensor c, Tensor a, Tensor b, Store store) {
        int n = b.rows();
        int k = b.columns();
        boolean add = store == Store.ADD;
        int grain = Math.clamp((n + pool.workers() - 1L) / pool.workers(), 4, ROWS_AT_A_TIME) / 4 * 4;
        pool.runRanges(n, (long) n * k < SMALLEST_SHARED_WORK ? n : grain, (from, to) -> {
            int j = from;
            for (; j + 4 <= to; j += 4) {
                for (int i = 0; i < a.rows(); i++) {
                    fourRows(c, (long) i * n + j, a.segment(), (long) i * k, b.segment(), (long) j * k, k, add);
                }
            }
            for (; j < to; j++) {
                for (int i = 0; i < a.rows(); i++) {
                    put(c, (long) i * n + j, dot(a.segment(), (long) i * k, b.segment(), (long) j * k, k), add);
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
        int whole = k - k % Lanes.COUNT;
        for (int p = 0; p < whole; p += Lanes.COUNT) {
            sum = Lanes.load(a, aAt + p).fma(Lanes.load(b, bAt + p), sum);
        }
        if (whole < k) {
            VectorMask<Float> tail = Lanes.mask(k - whole);
            sum = Lanes.load(a, aAt + whole, tail).fma(Lanes.load(b, bAt + whole, tail), sum);
        }
        return Lanes.sum(sum);
    }

    private static void fourRows(
            Tensor c, long at, MemorySegment a, long aAt, MemorySegment b, long bAt, int k, boolean add) {
        FloatVector s0 = FloatVector.zero(Lanes.SPECIES);
        FloatVector s1 = FloatVector.zero(Lanes.SPECIES);
        FloatVector s2 = FloatVector.zero(Lanes.SPECIES);
        FloatVector s3 = FloatVector.zero(Lanes.SPECIES);
        int whole = k - k % Lanes.COUNT;
        long row = k;
        for (int p = 0; p < whole; p += Lanes.COUNT) {
            FloatVector x = Lanes.load(a, aAt + p);
            long from = bAt + p;
            s0 = x.fma(Lanes.load(b, from), s0);
            s1 = x.fma(Lanes.load(b, from + row), s1);
            s2 = x.fma(Lanes.load(b, from + 2 * row), s2);
            s3 = x.fma(Lanes.load(b, from + 3 * row), s3);
        }
        if (whole < k) {
            VectorMask<Float> tail = Lanes.mask(k - whole);
            FloatVector x = Lanes.load(a, aAt + whole, tail);
            long from = bAt + whole;
            s0 = x.fma(Lanes.load(b, from, tail), s0);
            s1 = x.fma(Lanes.load(b, from + row, tail), s1);
            s2 = x.fma(Lanes.load(b, from + 2 * row, tail), s2);
            s3 = x.fma(Lanes.load(b, from + 3 * row, tail), s3);
        }
        put(c, at, Lanes.sum(s0), add);
        put(c, at + 1, Lanes.sum(s1), add);
        put(c, at + 2, Lanes.sum(s2), add);
        put(c, at + 3, Lanes.sum(s3), add);
    }
}
