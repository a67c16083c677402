package inkling.core.device.cpu;

import inkling.core.device.Store;
import inkling.core.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/// Product of very few rows with a weight `(out, in)` that is still being trained: limited by reading the weight once.
/// A weight that does not change any more is laid out for it ([PackedGemvKernel]).
///
/// Each worker owns a range of weight rows and reads them front to back, four rows at a time with one accumulator
/// each, so that four streams of memory are under way; the four are summed together ([RowSums]). Weight rows read for
/// one row of `x` are in the cache for the next. Which worker takes which rows: [RowShares].
final class GemvKernel {
    /// Products with more rows than this go to the packed kernel. Up to here packing the weight costs more than reading
    /// it again for every row from the first cache.
    static final int MOST_ROWS = 16;

    private final RowShares shares;
    private final RowShares.Rows task = this::multiplyRows;

    private MemorySegment c = MemorySegment.NULL;
    private MemorySegment a = MemorySegment.NULL;
    private MemorySegment b = MemorySegment.NULL;
    private int m;
    private int n;
    private int k;
    private boolean add;

    GemvKernel(WorkerPool pool) {
        this.shares = new RowShares(pool, 4, 4);
    }

    /// `C = A·Bᵀ` or `C += A·Bᵀ`.
    void multiply(Tensor product, Tensor few, Tensor weight, Store store) {
        c = product.segment();
        a = few.segment();
        b = weight.segment();
        m = few.rows();
        n = weight.rows();
        k = weight.columns();
        add = store == Store.ADD;
        shares.run(n, (long) k * Float.BYTES, task);
    }

    private void multiplyRows(int from, int to, int worker) {
        int j = from;
        for (; j + 4 <= to; j += 4) {
            multiplyFour(j);
        }
        for (; j < to; j++) {
            for (int i = 0; i < m; i++) {
                float dot = dot(a, (long) i * k, b, (long) j * k, k);
                long at = (long) i * n + j;
                Lanes.set(c, at, add ? Lanes.get(c, at) + dot : dot);
            }
        }
    }

    private void multiplyFour(int j) {
        for (int i = 0; i < m; i++) {
            fourRows(c, (long) i * n + j, a, (long) i * k, b, (long) j * k, k, add);
        }
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
            MemorySegment c, long at, MemorySegment a, long aAt, MemorySegment b, long bAt, int k, boolean add) {
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
        RowSums.put(RowSums.four(s0, s1, s2, s3), c, at, add);
    }
}
