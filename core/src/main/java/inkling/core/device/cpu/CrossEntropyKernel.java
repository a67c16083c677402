package inkling.core.device.cpu;

import inkling.core.device.KernelChecks;
import inkling.core.tensor.Ids;
import inkling.core.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/// Cross-entropy of rows of logits; with the gradient, the logits are overwritten by it, so nothing of their size
/// is needed twice.
///
/// A row is read for its maximum, for the exponentials (which replace it), for their sum, and scaled: four passes
/// over a row that lies in the first or second cache.
final class CrossEntropyKernel {
    private static final int ROW_GRAIN = 4;

    private final WorkerPool pool;
    /// One vector for each worker, to sum up in.
    private final float[][] lanes;

    CrossEntropyKernel(WorkerPool pool) {
        this.pool = pool;
        this.lanes = new float[pool.workers()][Lanes.COUNT + Lanes.APART];
    }

    private static int pieces(Tensor logits) {
        return (logits.rows() + ROW_GRAIN - 1) / ROW_GRAIN;
    }

    void losses(Tensor losses, Tensor logits, Ids targets) {
        KernelChecks.crossEntropy(losses, logits, targets);
        int width = logits.columns();
        MemorySegment x = logits.segment();
        pool.run(pieces(logits), (piece, worker) -> {
            int to = Math.min(logits.rows(), (piece + 1) * ROW_GRAIN);
            for (int row = piece * ROW_GRAIN; row < to; row++) {
                long at = (long) row * width;
                float max = SoftmaxKernel.max(x, at, width);
                float log = (float) Math.log(SoftmaxKernel.sumExp(x, at, width, max, lanes[worker]));
                Lanes.set(losses.segment(), row, log - (Lanes.get(x, at + targets.get(row)) - max));
            }
        });
    }

    void lossesAndGradient(Tensor losses, Tensor logits, Ids targets, float scale) {
        KernelChecks.crossEntropy(losses, logits, targets);
        int width = logits.columns();
        MemorySegment x = logits.segment();
        pool.run(pieces(logits), (piece, worker) -> {
            int to = Math.min(logits.rows(), (piece + 1) * ROW_GRAIN);
            for (int row = piece * ROW_GRAIN; row < to; row++) {
                long at = (long) row * width;
                long target = at + targets.get(row);
                float max = SoftmaxKernel.max(x, at, width);
                float shifted = Lanes.get(x, target) - max;
                SoftmaxKernel.storeExp(x, x, at, width, max);
                float sum = SoftmaxKernel.sum(x, at, width, lanes[worker]);
                SoftmaxKernel.scale(x, at, width, scale / sum);
                Lanes.set(x, target, Lanes.get(x, target) - scale);
                Lanes.set(losses.segment(), row, (float) Math.log(sum) - shifted);
            }
        });
    }
}
