package inkling.core.device.cpu;

import inkling.core.device.Store;
import inkling.core.tensor.PackedMatrix;
import inkling.core.tensor.Tensor;
import inkling.core.tensor.WeightFormat;
import inkling.core.tensor.WeightLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/// Product of very few rows with a [PackedMatrix], as in generation: limited by reading the weight once.
///
/// Each worker reads its blocks ([RowShares]) with [PackedStreams], several at once, or, with several rows, one
/// after the other with [PackedRows]: so a block is in the nearest cache for the second row. `x` stays in 32 bits.
final class PackedGemvKernel {
    private static final int ROWS = PackedMatrix.BLOCK_ROWS;
    private static final Tensor NO_TENSOR = Tensor.of(new float[1], 1, 1);
    private static final PackedMatrix NO_WEIGHT =
            PackedMatrix.of(NO_TENSOR, WeightLayout.whole(WeightFormat.FLOAT32), Arena.ofAuto());

    private final RowShares shares;
    private final RowShares.Rows task = this::multiplyRows;
    private final float[][] sums;
    private final ColdGemv[] cold;
    private final StreamsPractice[] streams;

    private MemorySegment c = MemorySegment.NULL;
    private Tensor x = NO_TENSOR;
    private PackedMatrix weight = NO_WEIGHT;
    private boolean add;

    PackedGemvKernel(WorkerPool pool) {
        this.shares = new RowShares(pool, ROWS, PackedStreams.MOST_BLOCKS * ROWS);
        this.sums = new float[pool.workers()][PackedStreams.MOST_BLOCKS * ROWS + Lanes.APART];
        this.cold = new ColdGemv[pool.workers()];
        Arrays.setAll(cold, _ -> new ColdGemv());
        this.streams = new StreamsPractice[pool.workers()];
        Arrays.setAll(streams, _ -> new StreamsPractice());
    }

    /// `C = A·Bᵀ` or `C += A·Bᵀ`.
    void multiply(Tensor product, Tensor few, PackedMatrix newWeight, Store store) {
        AllMemory.require(product.segment(), few.segment(), newWeight.values());
        c = product.segment();
        x = few;
        weight = newWeight;
        add = store == Store.ADD;
        try {
            shares.run(weight.rows(), weight.byteSize() / weight.rows(), task);
        } finally {
            Reference.reachabilityFence(this); // loops know addresses only; its fields hold what they read
        }
    }

    private void multiplyRows(int from, int to, int worker) {
        float[] own = sums[worker];
        int m = x.rows();
        int n = weight.rows();
        int j = from;
        while (j < to) {
            int left = (to - j + ROWS - 1) / ROWS;
            int blocks = m == 1 ? PackedStreams.together(weight.format(), left) : 1;
            if (blocks > 1 && !streams[worker].isWarm(blocks)) {
                streams[worker].practise(x, weight, j / ROWS, blocks, cold[worker].isWarm());
                blocks = 1;
            }
            for (int i = 0; i < m; i++) {
                multiplyBlocks(own, (long) i * x.columns(), j / ROWS, blocks, worker);
                put(own, (long) i * n + j, Math.min(blocks * ROWS, n - j));
            }
            j += blocks * ROWS;
        }
    }

    private void multiplyBlocks(float[] own, long xAt, int block, int blocks, int worker) {
        if (blocks > 1) {
            PackedStreams.multiply(own, x.segment(), xAt, weight, block, blocks, x.columns());
            return;
        }
        Arrays.fill(own, 0, ROWS, 0);
        if (cold[worker].isWarm()) {
            PackedRows.add(own, x.segment(), xAt, weight, block, 0, x.columns());
        } else {
            cold[worker].add(own, x.segment(), xAt, weight, block);
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
