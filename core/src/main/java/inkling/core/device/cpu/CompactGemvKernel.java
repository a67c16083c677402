package inkling.core.device.cpu;

import inkling.core.device.Store;
import inkling.core.tensor.CompactMatrix;
import inkling.core.tensor.Tensor;
import inkling.core.tensor.WeightFormat;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/// Product of very few rows with a weight of 16 or 8 bits a number, limited by reading the weight once.
///
/// As in [GemvKernel] each worker reads its rows ([RowShares]), a block of [CompactRows] at a time; the block is in the
/// nearest cache for the second of several rows. `x` stays in 32 bits.
final class CompactGemvKernel {
    private static final int ROWS = CompactMatrix.BLOCK_ROWS;
    private static final Tensor NO_TENSOR = Tensor.of(new float[1], 1, 1);
    private static final CompactMatrix NO_WEIGHT = CompactMatrix.of(NO_TENSOR, WeightFormat.INT8, Arena.ofAuto());

    private final RowShares shares;
    private final RowShares.Rows task = this::multiplyRows;
    private final float[][] sums;

    private MemorySegment c = MemorySegment.NULL;
    private Tensor x = NO_TENSOR;
    private CompactMatrix weight = NO_WEIGHT;
    private boolean add;

    CompactGemvKernel(WorkerPool pool) {
        this.shares = new RowShares(pool, ROWS);
        this.sums = new float[pool.workers()][ROWS];
    }

    void multiply(Tensor product, Tensor few, CompactMatrix newWeight, Store store) {
        c = product.segment();
        x = few;
        weight = newWeight;
        add = store == Store.ADD;
        shares.run(weight.rows(), weight.byteSize() / weight.rows(), task);
    }

    private void multiplyRows(int from, int to, int worker) {
        float[] own = sums[worker];
        int m = x.rows();
        int n = weight.rows();
        for (int j = from; j < to; j += ROWS) {
            for (int i = 0; i < m; i++) {
                CompactRows.multiply(own, x.segment(), (long) i * x.columns(), weight, j / ROWS);
                put(own, (long) i * n + j, Math.min(ROWS, n - j));
            }
        }
    }

    private void put(float[] values, long at, int count) {
        if (!add) {
            MemorySegment.copy(values, 0, c, Tensor.LAYOUT, at * Float.BYTES, count);
            return;
        }
        int i = 0;
        for (; i + Lanes.COUNT <= count; i += Lanes.COUNT) {
            Lanes.store(Lanes.load(c, at + i).add(FloatVector.fromArray(Lanes.SPECIES, values, i)), c, at + i);
        }
        for (; i < count; i++) {
            Lanes.set(c, at + i, Lanes.get(c, at + i) + values[i]);
        }
    }
}
