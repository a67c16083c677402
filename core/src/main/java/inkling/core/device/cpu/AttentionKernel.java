package inkling.core.device.cpu;

import inkling.core.device.AttentionShape;
import inkling.core.device.HeadLayout;
import inkling.core.device.KernelChecks;
import inkling.core.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/// Causal attention, one head of one sequence per item; a block of queries at a time, one for each lane of two vectors.
///
/// ```
///            queries →                    outputs
/// keys      ██████████                    Sᵀ = K·Qᵀ            only keys up to the block's last query
///    ↓      ██████████                    Pᵀ = e^(Sᵀ − max)    down the columns; 0 below the diagonal
///           ░███░░░░░░ ← diagonal         Y = P·V / Σ P
/// ```
///
/// Scores are kept transposed, so that the softmax of a query runs down a lane ([ColumnSoftmax]). The scores of a block
/// stay in the first caches; the full `T × T` matrix never exists.
final class AttentionKernel {
    private final WorkerPool pool;
    private final Scratch[] scratches;

    AttentionKernel(WorkerPool pool) {
        this.pool = pool;
        scratches = new Scratch[pool.workers()];
        for (int i = 0; i < scratches.length; i++) {
            scratches[i] = new Scratch();
        }
    }

    /// One thread's panels.
    private static final class Scratch {
        final Panel keys = new Panel();
        final Panel values = new Panel();
        /// A block's queries, transposed.
        final Panel queries = new Panel();
        /// A block's scores, transposed.
        final Panel scores = new Panel();
        /// Maxima, sums.
        final Panel found = new Panel();
        final Panel outputs = new Panel();
        final Packing.Piece piece = new Packing.Piece();
        final Queries head = new Queries();

        void resize(int keyCount, int width) {
            queries.resize(width, HeadTiles.COLUMNS);
            scores.resize(keyCount, HeadTiles.COLUMNS);
            found.resize(2, HeadTiles.COLUMNS);
            outputs.resize(HeadTiles.COLUMNS, HeadTiles.paddedColumns(width));
        }
    }

    /// Queries of one head, and where what becomes of them goes. One for each thread, set anew for each head.
    private static final class Queries {
        MemorySegment from = MemorySegment.NULL;
        /// Element of the first one; so the next three.
        long at;
        long step;
        int count;
        int width;
        MemorySegment to = MemorySegment.NULL;
        long toAt;
        long toStep;
        /// Where the first one stands in its sequence.
        int start;

        void set(Tensor fused, Tensor y, HeadLayout heads, int head, long row, int newCount, int newStart) {
            from = fused.segment();
            to = y.segment();
            width = heads.headWidth();
            step = heads.fusedWidth();
            toStep = heads.queryWidth();
            at = row * step + (long) head * width;
            toAt = row * toStep + (long) head * width;
            count = newCount;
            start = newStart;
        }
    }

    void forward(Tensor y, Tensor logSumExp, Tensor qkv, AttentionShape shape) {
        HeadLayout heads = shape.heads();
        KernelChecks.attention(y, logSumExp, qkv, shape);
        AllMemory.require(y.segment(), qkv.segment(), logSumExp.segment());
        int group = heads.queryHeads() / heads.keyValueHeads();
        int time = shape.time();
        try {
            pool.run(shape.batch() * heads.queryHeads(), (item, worker) -> {
                Scratch scratch = scratches[worker];
                long row = (long) (item / heads.queryHeads()) * time;
                int head = item % heads.queryHeads();
                long step = heads.fusedWidth();
                long keyAt = row * step + heads.queryWidth() + (long) (head / group) * heads.headWidth();
                long valueAt = keyAt + heads.keyValueWidth();
                scratch.keys.pack(qkv.segment(), keyAt, step, time, heads.headWidth());
                scratch.values.pack(qkv.segment(), valueAt, step, time, heads.headWidth());
                scratch.head.set(qkv, y, heads, head, row, time, 0);
                attend(scratch, logSumExp.segment(), (long) item * time);
            });
        } finally {
            Reference.reachabilityFence(qkv); // loops know addresses only
            Reference.reachabilityFence(this);
        }
    }

    /// Attention of `count` new tokens over a cache that already holds them, at positions `start …`.
    void overCache(Tensor y, Tensor qkv, Tensor keys, Tensor values, int start, HeadLayout heads) {
        AllMemory.require(y.segment(), qkv.segment(), keys.segment());
        AllMemory.require(y.segment(), qkv.segment(), values.segment());
        int count = qkv.rows();
        int width = heads.headWidth();
        int group = heads.queryHeads() / heads.keyValueHeads();
        long cacheStep = keys.size() / heads.keyValueHeads();
        try {
            pool.run(heads.queryHeads(), (head, worker) -> {
                Scratch scratch = scratches[worker];
                long cacheAt = head / group * cacheStep;
                scratch.keys.pack(keys.segment(), cacheAt, width, start + count, width);
                scratch.values.pack(values.segment(), cacheAt, width, start + count, width);
                scratch.head.set(qkv, y, heads, head, 0, count, start);
                attend(scratch, MemorySegment.NULL, 0);
            });
        } finally {
            Reference.reachabilityFence(qkv);
            Reference.reachabilityFence(keys);
            Reference.reachabilityFence(values);
            Reference.reachabilityFence(this);
        }
    }

    /// All blocks of a head's queries. Their log-sum-exps go to `logs`, if it is not empty.
    private static void attend(Scratch s, MemorySegment logs, long logAt) {
        Queries q = s.head;
        int allKeys = q.start + q.count;
        s.resize(allKeys, q.width);
        float scale = (float) (1 / Math.sqrt(q.width));
        for (int t = 0; t < q.count; t += HeadTiles.COLUMNS) {
            int rows = Math.min(HeadTiles.COLUMNS, q.count - t);
            int first = q.start + t;
            int keyEnd = Math.min(allKeys, first + HeadTiles.COLUMNS);
            s.piece.set(q.from, 4 * (q.at + t * q.step), 4 * q.step, rows, q.width);
            Packing.transposed(s.queries.memory, 0, HeadTiles.COLUMNS, s.piece);
            HeadTiles.rows(s.scores, 0, s.keys, 0, s.queries, 0, q.width, HeadTiles.tiles(keyEnd), false);
            ColumnSoftmax.hide(s.scores, first, keyEnd);
            ColumnSoftmax.exponentials(s.scores, keyEnd, scale, s.found);
            output(s, t, rows, keyEnd);
            for (int i = 0; i < rows && logs.byteSize() > 0; i++) {
                double log = Math.log(Lanes.get(s.found.memory, HeadTiles.COLUMNS + i));
                Lanes.set(logs, logAt + t + i, scale * Lanes.get(s.found.memory, i) + (float) log);
            }
        }
    }

    /// `Y = P·V / Σ P` for a block that starts at query `t`.
    private static void output(Scratch s, int t, int rows, int keyEnd) {
        Queries q = s.head;
        int tiles = HeadTiles.tiles(rows);
        int firstDepth = q.start + t + HeadTiles.ROWS;
        for (int j = 0; j < q.width; j += HeadTiles.COLUMNS) {
            long column = 4L * j;
            HeadTiles.columns(s.outputs, column, s.scores, 0, s.values, column, firstDepth, keyEnd, tiles);
        }
        for (int i = 0; i < rows; i++) {
            float factor = 1 / Lanes.get(s.found.memory, HeadTiles.COLUMNS + i);
            s.outputs.unpackRow(i, factor, q.to, q.toAt + (t + i) * q.toStep, q.width);
        }
    }
}
