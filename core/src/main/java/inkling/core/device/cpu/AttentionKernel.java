package inkling.core.device.cpu;

import inkling.core.device.AttentionShape;
import inkling.core.device.HeadLayout;
import inkling.core.device.KernelChecks;
import inkling.core.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/// Causal attention, one head of one sequence per item; six queries at a time.
///
/// ```
///            keys →                       values
/// queries   ████░░░░░░   one row block:   S = Q·Kᵀ   (6, t+6)      only keys up to the block's last query
///    ↓      ██████░░░░                    P = e^(S − max), masked above the diagonal
///           ████████░░                    Y = P·V / Σ P
/// ```
///
/// The head's K is packed transposed and V by rows, so both products run over whole vectors. Scores of a block stay
/// in the first-level cache; the full `T × T` matrix never exists.
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
        final Panel queries = new Panel();
        final Panel keys = new Panel();
        final Panel keysTransposed = new Panel();
        final Panel values = new Panel();
        final Panel scores = new Panel();
        final Panel outputs = new Panel();
        final float[] sums = new float[HeadTiles.ROWS + Lanes.APART];
        float[] logs = new float[0];
        /// Queries `0 … count−1` of a head stand at positions `start …`.
        int start;
        /// See [#start].
        int count;
        /// Elements of a head.
        int width;

        void span(int newStart, int newCount, int newWidth) {
            start = newStart;
            count = newCount;
            width = newWidth;
        }
    }

    void forward(Tensor y, Tensor logSumExp, Tensor qkv, AttentionShape shape) {
        HeadLayout heads = shape.heads();
        KernelChecks.attention(y, logSumExp, qkv, shape);
        int group = heads.queryHeads() / heads.keyValueHeads();
        pool.run(shape.batch() * heads.queryHeads(), (item, worker) -> {
            Scratch scratch = scratches[worker];
            int sequence = item / heads.queryHeads();
            int head = item % heads.queryHeads();
            long row = (long) sequence * shape.time();
            long step = heads.fusedWidth();
            int width = heads.headWidth();
            long queryAt = row * step + (long) head * width;
            long keyAt = row * step + heads.queryWidth() + (long) (head / group) * width;
            scratch.queries.pack(qkv.segment(), queryAt, step, shape.time(), width);
            scratch.keys.pack(qkv.segment(), keyAt, step, shape.time(), width);
            scratch.values.pack(qkv.segment(), keyAt + heads.keyValueWidth(), step, shape.time(), width);
            MemorySegment log = logSumExp.segment();
            long outAt = row * heads.queryWidth() + (long) head * width;
            scratch.span(0, shape.time(), width);
            attend(scratch, y.segment(), outAt, heads.queryWidth());
            storeLogSumExp(scratch, log, (long) item * shape.time(), shape.time());
        });
    }

    /// Attention of `count` new tokens over a cache that already holds them, at positions `start …`.
    void overCache(Tensor y, Tensor qkv, Tensor keys, Tensor values, int start, HeadLayout heads) {
        int count = qkv.rows();
        int width = heads.headWidth();
        int group = heads.queryHeads() / heads.keyValueHeads();
        long cacheStep = keys.size() / heads.keyValueHeads();
        pool.run(heads.queryHeads(), (head, worker) -> {
            Scratch scratch = scratches[worker];
            long cacheAt = head / group * cacheStep;
            scratch.queries.pack(qkv.segment(), (long) head * width, heads.fusedWidth(), count, width);
            scratch.keys.pack(keys.segment(), cacheAt, width, start + count, width);
            scratch.values.pack(values.segment(), cacheAt, width, start + count, width);
            scratch.span(start, count, width);
            attend(scratch, y.segment(), (long) head * width, heads.queryWidth());
        });
    }

    private static void attend(Scratch s, MemorySegment y, long outAt, long outStep) {
        int allKeys = s.start + s.count;
        s.queries.scale(s.count, (float) (1 / Math.sqrt(s.width)));
        s.keysTransposed.transpose(s.keys, allKeys, s.width);
        s.scores.resize(HeadTiles.ROWS, HeadTiles.paddedColumns(allKeys + HeadTiles.ROWS));
        s.outputs.resize(HeadTiles.ROWS, s.values.stride);
        s.logs = s.logs.length < s.count ? new float[s.count] : s.logs;
        for (int t = 0; t < s.count; t += HeadTiles.ROWS) {
            int rows = Math.min(HeadTiles.ROWS, s.count - t);
            int keyEnd = Math.min(allKeys, s.start + t + HeadTiles.ROWS);
            int columns = Math.min(s.keysTransposed.stride, HeadTiles.paddedColumns(keyEnd));
            HeadTiles.multiply(s.scores, 0, s.queries, t, s.keysTransposed, s.width, columns);
            for (int i = 0; i < HeadTiles.ROWS; i++) {
                int visible = Math.min(s.start + t + i + 1, allKeys);
                softmaxRow(s, i, visible, keyEnd, i < rows ? t + i : -1);
            }
            HeadTiles.multiply(s.outputs, 0, s.scores, 0, s.values, keyEnd, s.values.stride);
            for (int i = 0; i < rows; i++) {
                divideRow(s.outputs.data, i * s.outputs.stride, s.outputs.stride, s.sums[i]);
            }
            s.outputs.unpack(0, y, outAt + t * outStep, outStep, rows, s.width);
        }
    }

    /// Replaces a row of scores by `e^(score − max)`, zero beyond the visible keys as far as `keyEnd`; keeps the sum
    /// and, for a real row, the log-sum-exp.
    private static void softmaxRow(Scratch s, int row, int visible, int keyEnd, int query) {
        float[] scores = s.scores.data;
        int at = row * s.scores.stride;
        int end = at + Lanes.padded(visible);
        hide(scores, end - Lanes.COUNT, visible - (end - Lanes.COUNT - at));
        float max = max(scores, at, end);
        subtractAndExponentiate(scores, at, end, max);
        for (int i = end; i < at + keyEnd; i++) {
            scores[i] = 0;
        }
        float sum = sum(scores, at, end);
        s.sums[row] = sum;
        if (query >= 0) {
            s.logs[query] = max + (float) Math.log(sum);
        }
    }

    /// All but the first `visible` lanes of a vector become −∞, so that whole vectors will do from here on.
    private static void hide(float[] scores, int at, int visible) {
        FloatVector.broadcast(Lanes.SPECIES, Float.NEGATIVE_INFINITY)
                .blend(FloatVector.fromArray(Lanes.SPECIES, scores, at), Lanes.mask(visible))
                .intoArray(scores, at);
    }

    // Maximum, exponentials and sum are methods of their own: in one, the compiler runs out of room for ours, and
    // vectors go over the heap.

    private static float max(float[] values, int from, int to) {
        FloatVector maxima = FloatVector.fromArray(Lanes.SPECIES, values, from);
        for (int i = from + Lanes.COUNT; i < to; i += Lanes.COUNT) {
            maxima = maxima.max(FloatVector.fromArray(Lanes.SPECIES, values, i));
        }
        return maxima.reduceLanes(VectorOperators.MAX);
    }

    /// `x ← e^(x − max)`.
    private static void subtractAndExponentiate(float[] values, int from, int to, float max) {
        for (int i = from; i < to; i += Lanes.COUNT) {
            Lanes.exp(FloatVector.fromArray(Lanes.SPECIES, values, i).sub(max)).intoArray(values, i);
        }
    }

    private static float sum(float[] values, int from, int to) {
        FloatVector sums = FloatVector.zero(Lanes.SPECIES);
        for (int i = from; i < to; i += Lanes.COUNT) {
            sums = sums.add(FloatVector.fromArray(Lanes.SPECIES, values, i));
        }
        return Lanes.sum(sums);
    }

    private static void divideRow(float[] data, int at, int count, float divisor) {
        float factor = 1 / divisor;
        for (int j = at; j < at + count; j++) {
            data[j] *= factor;
        }
    }

    private static void storeLogSumExp(Scratch s, MemorySegment to, long at, int count) {
        for (int t = 0; t < count; t++) {
            Lanes.set(to, at + t, s.logs[t]);
        }
    }
}
