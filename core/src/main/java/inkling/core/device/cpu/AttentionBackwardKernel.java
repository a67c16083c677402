package inkling.core.device.cpu;

import inkling.core.device.AttentionShape;
import inkling.core.device.HeadLayout;
import inkling.core.device.KernelChecks;
import inkling.core.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/// Gradient of causal attention, one key/value head of one sequence per item; its query heads one after the other,
/// 48 queries at a time.
///
/// ```
/// for each block of queries:   S = Q·Kᵀ        P = e^(S − logSumExp)           recomputed, not stored
///                              dP = dY·Vᵀ      dS = P ∘ (dP − rowsum(dY∘Y))
///                              dQ = dS·K       dK += dSᵀ·Q      dV += Pᵀ·dY
/// ```
///
/// A block of 48 makes the sums over queries (`dK`, `dV`) long enough to pay for reading and writing their tiles.
/// Keys beyond the block's last query are not touched.
final class AttentionBackwardKernel {
    private static final int BLOCK = 8 * HeadTiles.ROWS;

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
        final Panel queries = new Panel();
        final Panel keys = new Panel();
        final Panel keysTransposed = new Panel();
        final Panel values = new Panel();
        final Panel valuesTransposed = new Panel();
        final Panel dOutputs = new Panel();
        final Panel outputs = new Panel();
        final Panel probabilities = new Panel();
        final Panel dScores = new Panel();
        final Panel dQueries = new Panel();
        final Panel dKeys = new Panel();
        final Panel dValues = new Panel();
    }

    void backward(Tensor dQkv, Tensor dy, Tensor qkv, Tensor y, Tensor logSumExp, AttentionShape shape) {
        KernelChecks.attentionBackward(dQkv, dy, qkv, y, logSumExp, shape);
        HeadLayout heads = shape.heads();
        int group = heads.queryHeads() / heads.keyValueHeads();
        pool.run(shape.batch() * heads.keyValueHeads(), (item, worker) -> {
            Scratch s = scratches[worker];
            int sequence = item / heads.keyValueHeads();
            int keyHead = item % heads.keyValueHeads();
            int width = heads.headWidth();
            long step = heads.fusedWidth();
            long first = (long) sequence * shape.time() * step;
            long keyAt = first + heads.queryWidth() + (long) keyHead * width;
            packKeyHead(s, qkv.segment(), keyAt, shape);
            for (int i = 0; i < group; i++) {
                int head = keyHead * group + i;
                long outAt = (long) sequence * shape.time() * heads.queryWidth() + (long) head * width;
                long queryAt = first + (long) head * width;
                s.queries.pack(qkv.segment(), queryAt, step, shape.time(), width);
                s.dOutputs.pack(dy.segment(), outAt, heads.queryWidth(), shape.time(), width);
                s.outputs.pack(y.segment(), outAt, heads.queryWidth(), shape.time(), width);
                long logAt = ((long) sequence * heads.queryHeads() + head) * shape.time();
                queryHead(s, logSumExp.segment(), logAt, shape.time(), width);
                s.dQueries.unpack(0, dQkv.segment(), queryAt, step, shape.time(), width);
            }
            s.dKeys.unpack(0, dQkv.segment(), keyAt, step, shape.time(), width);
            s.dValues.unpack(0, dQkv.segment(), keyAt + heads.keyValueWidth(), step, shape.time(), width);
        });
    }

    private static void packKeyHead(Scratch s, MemorySegment qkv, long keyAt, AttentionShape shape) {
        HeadLayout heads = shape.heads();
        int time = shape.time();
        int width = heads.headWidth();
        s.keys.pack(qkv, keyAt, heads.fusedWidth(), time, width);
        s.values.pack(qkv, keyAt + heads.keyValueWidth(), heads.fusedWidth(), time, width);
        s.keysTransposed.transpose(s.keys, time, width);
        s.valuesTransposed.transpose(s.values, time, width);
        int rows = HeadTiles.paddedRows(time);
        s.dKeys.resize(rows, HeadTiles.paddedColumns(width));
        s.dKeys.clear(rows);
        s.dValues.resize(rows, HeadTiles.paddedColumns(width));
        s.dValues.clear(rows);
    }

    /// Adds one query head's share to `dKeys` and `dValues` and computes its `dQueries`.
    private static void queryHead(Scratch s, MemorySegment log, long logAt, int time, int width) {
        float scale = (float) (1 / Math.sqrt(width));
        int columns = HeadTiles.paddedColumns(HeadTiles.paddedRows(time));
        s.queries.scale(time, scale);
        s.dQueries.resize(HeadTiles.paddedRows(time), HeadTiles.paddedColumns(width));
        s.probabilities.resize(BLOCK, columns);
        s.dScores.resize(BLOCK, columns);
        for (int block = 0; block < time; block += BLOCK) {
            int end = Math.min(time, block + BLOCK);
            int keyColumns = Math.min(s.keysTransposed.stride, HeadTiles.paddedColumns(end));
            int filled = HeadTiles.paddedColumns(HeadTiles.paddedRows(end)); // as far as the products below read
            for (int t = block; t < end; t += HeadTiles.ROWS) {
                int row = t - block;
                HeadTiles.multiply(s.probabilities, row, s.queries, t, s.keysTransposed, width, keyColumns);
                HeadTiles.multiply(s.dScores, row, s.dOutputs, t, s.valuesTransposed, width, keyColumns);
                for (int i = 0; i < HeadTiles.ROWS; i++) {
                    gradientRow(s, row + i, t + i, t + i < time ? Lanes.get(log, logAt + t + i) : 0, time, filled);
                }
                HeadTiles.multiply(s.dQueries, t, s.dScores, row, s.keys, Math.min(time, end), s.keys.stride);
            }
            int rows = HeadTiles.paddedRows(end - block);
            for (int key = 0; key < end; key += HeadTiles.ROWS) {
                HeadTiles.addTransposed(s.dKeys, key, s.dScores, key, s.queries, block, rows);
                HeadTiles.addTransposed(s.dValues, key, s.probabilities, key, s.dOutputs, block, rows);
            }
        }
        s.dQueries.scale(time, scale); // queries were scaled before the product, so dKeys has its factor already
    }

    /// Turns row `row` of scores into probabilities and of `dP` into `dS`; zero beyond the visible keys as far as
    /// column `filled`, and in padding rows everywhere.
    private static void gradientRow(Scratch s, int row, int query, float logSumExp, int time, int filled) {
        float[] p = s.probabilities.data;
        float[] d = s.dScores.data;
        int at = row * s.probabilities.stride;
        int visible = query < time ? query + 1 : 0;
        float along = query < time ? dot(s.dOutputs, s.outputs, query) : 0;
        // The last vector may reach beyond the visible keys, where it computes what is then overwritten: a second,
        // masked
        // body would not be inlined any more and leave every vector on the heap (100 MB a step).
        for (int j = 0; j < visible; j += Lanes.COUNT) {
            FloatVector e =
                    Lanes.exp(FloatVector.fromArray(Lanes.SPECIES, p, at + j).sub(logSumExp));
            e.intoArray(p, at + j);
            FloatVector.fromArray(Lanes.SPECIES, d, at + j).sub(along).mul(e).intoArray(d, at + j);
        }
        Arrays.fill(p, at + visible, at + filled, 0f);
        Arrays.fill(d, at + visible, at + filled, 0f);
    }

    private static float dot(Panel a, Panel b, int row) {
        FloatVector sums = FloatVector.zero(Lanes.SPECIES);
        for (int j = row * a.stride; j < (row + 1) * a.stride; j += Lanes.COUNT) {
            FloatVector v = FloatVector.fromArray(Lanes.SPECIES, a.data, j);
            sums = v.fma(FloatVector.fromArray(Lanes.SPECIES, b.data, j), sums);
        }
        return Lanes.sum(sums);
    }
}
