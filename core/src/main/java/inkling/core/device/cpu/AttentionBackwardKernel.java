package inkling.core.device.cpu;

import inkling.core.device.AttentionShape;
import inkling.core.device.KernelChecks;
import inkling.core.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/// Gradient of causal self-attention. Probabilities are recomputed from the saved log-sum-exp.
///
/// For each (sequence, key head), one worker; for each query head of the group; for blocks of 48 queries:
///
/// ```
/// for each tile of 6 queries, up to the diagonal:   P = e^(q·kᵀ/√K − lse)     dS = P∘(dy·vᵀ − dy·y)/√K
///                                                   dq = dS·k                                (complete)
/// for each tile of 6 keys below the block's end:    dv += Pᵀ·dy     dk += dSᵀ·q    (over the block's queries)
/// ```
///
/// The block's `P` and `dS` (48 × T each) stay in the second-level cache. `dk` and `dv` of the key head are complete
/// when its last query head is done.
final class AttentionBackwardKernel {
    /// Queries of a block, a multiple of the tile's 6 rows: long enough sums for the key tiles, small enough to cache.
    private static final int BLOCK = 48;

    /// Rows of `P` are read down their columns; one more cache line in each row keeps them apart in the cache.
    private static final int ROW_GAP = 16;

    private final WorkerPool pool;
    private final Scratch scratch;
    private final AttentionTiles[] tiles;

    AttentionBackwardKernel(WorkerPool pool, Scratch scratch) {
        this.pool = pool;
        this.scratch = scratch;
        tiles = new AttentionTiles[pool.workers()];
        for (int i = 0; i < tiles.length; i++) {
            tiles[i] = new AttentionTiles();
        }
    }

    /// Where the pieces of a worker's scratch memory start, in bytes.
    private record Layout(
            long keysT, long valuesT, long keys, long queries, long dy, long dKeys, long dValues, long p, long d, long end) {
        static Layout of(AttentionPlan plan) {
            long transposed = 4L * plan.transposedSize();
            long rows = 4L * plan.rowsSize();
            long block = BLOCK * rowBytes(plan);
            long keys = 2 * transposed;
            long p = keys + 5 * rows;
            return new Layout(
                    0, transposed, keys, keys + rows, keys + 2 * rows, keys + 3 * rows, keys + 4 * rows, p, p + block,
                    p + 2 * block);
        }

        static long rowBytes(AttentionPlan plan) {
            return 4L * (plan.columns() + ROW_GAP);
        }
    }

    private record Job(
            Tensor dQkv, Tensor dy, Tensor qkv, Tensor y, Tensor logSumExp, AttentionPlan plan, Layout layout) {}

    void attentionBackward(Tensor dQkv, Tensor dy, Tensor qkv, Tensor y, Tensor logSumExp, AttentionShape shape) {
        KernelChecks.attentionBackward(dQkv, dy, qkv, y, logSumExp, shape);
        AttentionPlan plan = AttentionPlan.of(shape);
        Job job = new Job(dQkv, dy, qkv, y, logSumExp, plan, Layout.of(plan));
        int keyHeads = shape.heads().keyValueHeads();
        int units = shape.batch() * keyHeads;
        pool.run(
                2L * shape.rows() * shape.time() * shape.heads().queryWidth(),
                () -> scratch.reserve(job.layout.end / 4),
                (worker, workers) -> {
                    for (int unit = pool.ticket(); unit < units; unit = pool.ticket()) {
                        backwardGroup(job, worker, unit / keyHeads, unit % keyHeads);
                    }
                });
    }

    private void backwardGroup(Job job, int worker, int b, int g) {
        AttentionPlan plan = job.plan;
        Layout layout = job.layout;
        MemorySegment memory = scratch.of(worker);
        MemorySegment qkv = job.qkv.segment();
        int padded = plan.paddedWidth();
        Packing.transposed(memory, layout.keysT, plan.columns(), plan.piece(qkv, plan.key(b, g)));
        Packing.transposed(memory, layout.valuesT, plan.columns(), plan.piece(qkv, plan.value(b, g)));
        Packing.copied(memory, layout.keys, padded, plan.piece(qkv, plan.key(b, g)));
        memory.asSlice(layout.dKeys, 8L * plan.rowsSize()).fill((byte) 0);
        for (int h = g * plan.group(); h < (g + 1) * plan.group(); h++) {
            Packing.copied(memory, layout.queries, padded, plan.piece(qkv, plan.query(b, h)));
            Packing.copied(memory, layout.dy, padded, plan.outputPiece(job.dy.segment(), plan.output(b, h)));
            for (int q = 0; q < plan.time(); q += BLOCK) {
                int end = Math.min(plan.time(), q + BLOCK);
                for (int t = q; t < end; t += MicroKernel.ROWS) {
                    backwardTile(job, worker, new Head(b, h, q), t);
                }
                addKeys(job, worker, q, end, layout.p, layout.dy, layout.dValues);
                addKeys(job, worker, q, end, layout.d, layout.queries, layout.dKeys);
            }
        }
        MemorySegment to = job.dQkv.segment();
        Packing.copiedBack(plan.piece(to, plan.key(b, g)), memory, layout.dKeys, padded);
        Packing.copiedBack(plan.piece(to, plan.value(b, g)), memory, layout.dValues, padded);
    }

    /// A query head of a sequence and the first query of the block at work.
    private record Head(int b, int h, int block) {}

    private void backwardTile(Job job, int worker, Head head, int t) {
        AttentionPlan plan = job.plan;
        Layout layout = job.layout;
        MemorySegment memory = scratch.of(worker);
        AttentionTiles own = tiles[worker];
        int rows = Math.min(MicroKernel.ROWS, plan.time() - t);
        long stride = Layout.rowBytes(plan);
        long inBlock = (t - head.block) * stride;
        long rowAt = 4L * t * plan.paddedWidth();
        AttentionTiles.Extent extent = new AttentionTiles.Extent(plan, t + rows);
        own.scores(memory, layout.p + inBlock, stride, layout.queries + rowAt, layout.keysT, extent);
        own.scores(memory, layout.d + inBlock, stride, layout.dy + rowAt, layout.valuesT, extent);
        long logSumExpAt = ((long) head.b * plan.heads().queryHeads() + head.h) * plan.time() + t;
        for (int i = 0; i < rows; i++) {
            long at = plan.output(head.b, head.h) + (t + i) * plan.outputBytes();
            float delta = GemvKernel.dot(job.dy.segment(), at, job.y.segment(), at, plan.width());
            AttentionTiles.Row row = new AttentionTiles.Row(plan.scale(), job.logSumExp.get(logSumExpAt + i), delta);
            long p = layout.p + inBlock + i * stride;
            long d = layout.d + inBlock + i * stride;
            AttentionTiles.backwardRow(memory, p, d, t + i + 1, t + MicroKernel.ROWS, row);
        }
        int tileWidth = plan.vectors() * Lanes.COUNT;
        own.a.set(memory, layout.d + inBlock, stride, 4);
        for (int j = 0; j < plan.width(); j += tileWidth) {
            own.b.set(memory, layout.keys + 4L * j, 0, 4L * plan.paddedWidth());
            MicroKernel.run(plan.vectors(), own.tile, own.a, own.b, t + rows);
            long at = plan.query(head.b, head.h) + t * plan.fusedBytes() + 4L * j;
            own.target.set(job.dQkv.segment(), at, plan.fusedBytes(), rows, Math.min(tileWidth, plan.width() - j));
            MicroKernel.write(own.target, own.tile, plan.vectors(), false);
        }
    }

    /// For all keys that queries `q … end` see: `to += weightsᵀ · rows`, both over those queries.
    private void addKeys(Job job, int worker, int q, int end, long weights, long rows, long to) {
        AttentionPlan plan = job.plan;
        MemorySegment memory = scratch.of(worker);
        AttentionTiles own = tiles[worker];
        int tileWidth = plan.vectors() * Lanes.COUNT;
        long stride = Layout.rowBytes(plan);
        long rowStride = 4L * plan.paddedWidth();
        for (int s = 0; s < end; s += MicroKernel.ROWS) {
            int first = Math.max(q, s);
            own.a.set(memory, weights + (first - q) * stride + 4L * s, 4, stride);
            for (int j = 0; j < plan.width(); j += tileWidth) {
                own.b.set(memory, rows + first * rowStride + 4L * j, 0, rowStride);
                MicroKernel.run(plan.vectors(), own.tile, own.a, own.b, end - first);
                own.target.set(memory, to + s * rowStride + 4L * j, rowStride, MicroKernel.ROWS, tileWidth);
                MicroKernel.write(own.target, own.tile, plan.vectors(), true);
            }
        }
    }
}
