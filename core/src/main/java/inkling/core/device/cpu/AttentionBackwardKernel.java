package inkling.core.device.cpu;

import inkling.core.device.AttentionShape;
import inkling.core.device.HeadLayout;
import inkling.core.device.KernelChecks;
import inkling.core.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/// Gradient of causal attention, one key/value head of one sequence per item; its query heads one after the other, a
/// block of queries at a time, one for each lane of two vectors.
///
/// ```
/// for each block of queries:   Sᵀ = K·Qᵀ       Pᵀ = e^(Sᵀ − logSumExp)         recomputed, not stored
///                              dPᵀ = V·dYᵀ     dSᵀ = Pᵀ ∘ (dPᵀ − Σ Pᵀ∘dPᵀ)     sums down the columns
///                              dQ = dS·K       dK += dSᵀ·Q      dV += Pᵀ·dY
/// ```
///
/// Keys beyond the block's last query are not touched. `Σ P∘dP` of a query is `Σ dY∘Y`, without reading `Y`.
final class AttentionBackwardKernel {
    private static final int BLOCK = HeadTiles.COLUMNS;

    private final WorkerPool pool;
    private final Scratch[] scratches;

    AttentionBackwardKernel(WorkerPool pool) {
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
        final Panel dKeys = new Panel();
        final Panel dValues = new Panel();
        final Panel queries = new Panel();
        final Panel dOutputs = new Panel();
        /// A block of queries, transposed; so the next three.
        final Panel queriesTransposed = new Panel();
        final Panel dOutputsTransposed = new Panel();
        final Panel scores = new Panel();
        final Panel dScores = new Panel();
        final Panel dQueries = new Panel();
        /// Log-sum-exps of a block, and room for another row.
        final Panel logs = new Panel();
        final Packing.Piece piece = new Packing.Piece();

        void resize(int time, int width) {
            int columns = HeadTiles.paddedColumns(width);
            int rows = HeadTiles.paddedRows(time);
            dKeys.resize(rows, columns);
            dKeys.clear(0, rows);
            dValues.resize(rows, columns);
            dValues.clear(0, rows);
            queriesTransposed.resize(width, BLOCK);
            dOutputsTransposed.resize(width, BLOCK);
            scores.resize(time, BLOCK);
            dScores.resize(time, BLOCK);
            dQueries.resize(BLOCK, columns);
            logs.resize(2, BLOCK);
        }

        void transpose(Panel to, Panel from, int row, int rows, int width) {
            piece.set(from.memory, from.at(row, 0), from.rowBytes, rows, width);
            Packing.transposed(to.memory, 0, BLOCK, piece);
        }
    }

    void backward(Tensor dQkv, Tensor dy, Tensor qkv, Tensor y, Tensor logSumExp, AttentionShape shape) {
        KernelChecks.attentionBackward(dQkv, dy, qkv, y, logSumExp, shape);
        AllMemory.require(dQkv.segment(), qkv.segment(), dy.segment());
        HeadLayout heads = shape.heads();
        try {
            pool.run(
                    shape.batch() * heads.keyValueHeads(),
                    (item, worker) -> keyHead(scratches[worker], item, dQkv, dy, qkv, logSumExp, shape));
        } finally {
            Reference.reachabilityFence(qkv); // loops know addresses only
            Reference.reachabilityFence(dy);
            Reference.reachabilityFence(this);
        }
    }

    private static void keyHead(
            Scratch s, int item, Tensor dQkv, Tensor dy, Tensor qkv, Tensor logSumExp, AttentionShape shape) {
        HeadLayout heads = shape.heads();
        int group = heads.queryHeads() / heads.keyValueHeads();
        int time = shape.time();
        int width = heads.headWidth();
        long step = heads.fusedWidth();
        int sequence = item / heads.keyValueHeads();
        int keyHead = item % heads.keyValueHeads();
        long first = (long) sequence * time * step;
        long keyAt = first + heads.queryWidth() + (long) keyHead * width;
        long valueAt = keyAt + heads.keyValueWidth();
        s.keys.pack(qkv.segment(), keyAt, step, time, width);
        s.values.pack(qkv.segment(), valueAt, step, time, width);
        s.resize(time, width);
        for (int head = keyHead * group; head < (keyHead + 1) * group; head++) {
            long outAt = (long) sequence * time * heads.queryWidth() + (long) head * width;
            long queryAt = first + (long) head * width;
            s.queries.pack(qkv.segment(), queryAt, step, time, width);
            s.dOutputs.pack(dy.segment(), outAt, heads.queryWidth(), time, width);
            long logAt = ((long) sequence * heads.queryHeads() + head) * time;
            for (int t = 0; t < time; t += BLOCK) {
                int rows = Math.min(BLOCK, time - t);
                block(s, logSumExp.segment(), logAt + t, t, rows, width);
                for (int i = 0; i < rows; i++) {
                    s.dQueries.unpackRow(i, 1, dQkv.segment(), queryAt + (t + i) * step, width);
                }
            }
        }
        for (int t = 0; t < time; t++) {
            s.dKeys.unpackRow(t, 1, dQkv.segment(), keyAt + t * step, width);
            s.dValues.unpackRow(t, 1, dQkv.segment(), valueAt + t * step, width);
        }
    }

    /// Computes `dQueries` of a block of `rows` queries from `t` on, and adds its share to `dKeys` and `dValues`.
    private static void block(Scratch s, MemorySegment log, long logAt, int t, int rows, int width) {
        int keyEnd = t + rows;
        s.transpose(s.queriesTransposed, s.queries, t, rows, width);
        s.transpose(s.dOutputsTransposed, s.dOutputs, t, rows, width);
        for (int i = 0; i < BLOCK; i++) {
            Lanes.set(s.logs.memory, i, i < rows ? Lanes.get(log, logAt + i) : 0);
        }
        Panel p = s.scores;
        Panel d = s.dScores;
        int tiles = HeadTiles.tiles(keyEnd);
        HeadTiles.rows(p, 0, s.keys, 0, s.queriesTransposed, 0, width, tiles, false);
        HeadTiles.rows(d, 0, s.values, 0, s.dOutputsTransposed, 0, width, tiles, false);
        ColumnSoftmax.hide(p, t, keyEnd);
        ColumnSoftmax.gradients(p, d, keyEnd, (float) (1 / Math.sqrt(width)), s.logs);
        p.clear(keyEnd, HeadTiles.paddedRows(keyEnd)); // as far as the products below read
        d.clear(keyEnd, HeadTiles.paddedRows(keyEnd));
        for (int j = 0; j < width; j += HeadTiles.COLUMNS) {
            long column = 4L * j;
            int firstDepth = t + HeadTiles.ROWS;
            HeadTiles.columns(s.dQueries, column, d, 0, s.keys, column, firstDepth, keyEnd, HeadTiles.tiles(rows));
            int seenByAll = t / HeadTiles.ROWS + 1; // tiles that start at or before the first query
            addProducts(s, 0, t, rows, Math.min(tiles, seenByAll), column);
            for (int tile = seenByAll; tile < tiles; tile++) {
                int hidden = tile * HeadTiles.ROWS - t;
                addProducts(s, tile * HeadTiles.ROWS, t + hidden, rows - hidden, 1, column);
            }
        }
    }

    /// Adds `dSᵀ·Q` and `Pᵀ·dY` to `dKeys` and `dValues`, for some tiles of keys and `depth` queries of a block.
    private static void addProducts(Scratch s, int key, int query, int depth, int tiles, long column) {
        long to = s.dKeys.at(key, 0) + column;
        long from = s.scores.at(key, query % BLOCK);
        long right = s.queries.at(query, 0) + column;
        HeadTiles.rows(s.dKeys, to, s.dScores, from, s.queries, right, depth, tiles, true);
        HeadTiles.rows(s.dValues, to, s.scores, from, s.dOutputs, right, depth, tiles, true);
    }
}
