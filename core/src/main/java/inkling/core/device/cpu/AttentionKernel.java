package inkling.core.device.cpu;

import inkling.core.device.AttentionShape;
import inkling.core.device.KernelChecks;
import inkling.core.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/// Causal self-attention, six queries at a time; the `T × T` scores never exist as a whole.
///
/// ```
///            keys s ──▶
///           ┌──────────────┐        for each (sequence, key head), one worker:
///  queries  │▓▓            │          pack keys (transposed) and values
///    t      │▓▓▓▓          │          for each query head of the group, each tile of 6 queries:
///    │      │▓▓▓▓▓▓        │            scores = q·kᵀ up to the diagonal   (6 × T, first-level cache)
///    ▼      │██████████    │ ◀─ tile    row by row: maximum, exponentials, sum; log-sum-exp is kept
///           └──────────────┘            y = scores·v / sum
/// ```
///
/// Beyond the diagonal nothing is computed but the rest of the last tile.
final class AttentionKernel {
    private final WorkerPool pool;
    private final Scratch scratch;
    private final AttentionTiles[] tiles;

    AttentionKernel(WorkerPool pool, Scratch scratch) {
        this.pool = pool;
        this.scratch = scratch;
        tiles = new AttentionTiles[pool.workers()];
        for (int i = 0; i < tiles.length; i++) {
            tiles[i] = new AttentionTiles();
        }
    }

    /// Where the pieces of a worker's scratch memory start, in bytes.
    private record Layout(long keys, long values, long queries, long scores, long end) {
        static Layout of(AttentionPlan plan) {
            long values = 4L * plan.transposedSize();
            long queries = values + 4L * plan.rowsSize();
            long scores = queries + 4L * plan.rowsSize();
            return new Layout(0, values, queries, scores, scores + 4L * MicroKernel.ROWS * plan.columns());
        }
    }

    private record Job(Tensor y, Tensor logSumExp, MemorySegment qkv, AttentionPlan plan, Layout layout) {}

    void attention(Tensor y, Tensor logSumExp, Tensor qkv, AttentionShape shape) {
        KernelChecks.attention(y, logSumExp, qkv, shape);
        AttentionPlan plan = AttentionPlan.of(shape);
        Job job = new Job(y, logSumExp, qkv.segment(), plan, Layout.of(plan));
        int keyHeads = shape.heads().keyValueHeads();
        int units = shape.batch() * keyHeads;
        pool.run(
                (long) shape.rows() * shape.time() * shape.heads().queryWidth(),
                () -> scratch.reserve(job.layout.end / 4),
                (worker, workers) -> {
                    for (int unit = pool.ticket(); unit < units; unit = pool.ticket()) {
                        attendGroup(job, worker, unit / keyHeads, unit % keyHeads);
                    }
                });
    }

    private void attendGroup(Job job, int worker, int b, int g) {
        AttentionPlan plan = job.plan;
        Layout layout = job.layout;
        MemorySegment memory = scratch.of(worker);
        Packing.transposed(memory, layout.keys, plan.columns(), plan.piece(job.qkv, plan.key(b, g)));
        Packing.copied(memory, layout.values, plan.paddedWidth(), plan.piece(job.qkv, plan.value(b, g)));
        for (int h = g * plan.group(); h < (g + 1) * plan.group(); h++) {
            Packing.copied(memory, layout.queries, plan.paddedWidth(), plan.piece(job.qkv, plan.query(b, h)));
            for (int t = 0; t < plan.time(); t += MicroKernel.ROWS) {
                attendTile(job, worker, b, h, t);
            }
        }
    }

    private void attendTile(Job job, int worker, int b, int h, int t) {
        AttentionPlan plan = job.plan;
        Layout layout = job.layout;
        MemorySegment memory = scratch.of(worker);
        AttentionTiles own = tiles[worker];
        int rows = Math.min(MicroKernel.ROWS, plan.time() - t);
        int length = t + rows;
        long stride = 4L * plan.columns();
        long queries = layout.queries + 4L * t * plan.paddedWidth();
        own.scores(memory, layout.scores, stride, queries, layout.keys, new AttentionTiles.Extent(plan, length));
        long logSumExpAt = ((long) b * plan.heads().queryHeads() + h) * plan.time() + t;
        for (int i = 0; i < rows; i++) {
            long row = layout.scores + i * stride;
            float max = SoftmaxKernel.max(memory, row, t + i + 1);
            float sum = AttentionTiles.softmaxRow(memory, row, t + i + 1, length, plan.scale(), max);
            job.logSumExp.set(logSumExpAt + i, (float) ((double) plan.scale() * max + Math.log(sum)));
            own.inverseSums[i] = 1 / sum;
        }
        int tileWidth = plan.vectors() * Lanes.COUNT;
        own.a.set(memory, layout.scores, stride, 4);
        for (int j = 0; j < plan.width(); j += tileWidth) {
            own.b.set(memory, layout.values + 4L * j, 0, 4L * plan.paddedWidth());
            MicroKernel.run(plan.vectors(), own.tile, own.a, own.b, length);
            own.scaleRows(tileWidth);
            long at = plan.output(b, h) + t * plan.outputBytes() + 4L * j;
            own.target.set(job.y.segment(), at, plan.outputBytes(), rows, Math.min(tileWidth, plan.width() - j));
            MicroKernel.write(own.target, own.tile, plan.vectors(), false);
        }
    }
}
