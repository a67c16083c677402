package inkling.core.device.cpu;

import inkling.core.device.HeadLayout;
import inkling.core.device.KernelChecks;
import inkling.core.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// Attention of new tokens over the cache of keys and values.
///
/// One token at a time is a walk over memory: each cached key is read once, then each value. Each worker has its own
/// heads; keys are taken four at a time, whose scores are summed together ([RowSums]), and values four at a time with
/// an accumulator each. A prompt of several tokens has enough work for the tiles of [AttentionKernel], which packs the
/// cache first.
final class CachedAttentionKernel {
    /// From so many new tokens on, packing the cache and computing whole blocks of queries pays: measured with 32 lanes
    /// in a block and a cache of 500 or 1,000, six tokens take 0.8 to 1.0 times as long so, twelve half as long.
    private static final int TILED_FROM = HeadTiles.COLUMNS / 4;

    /// Scores times head width that are worth a second worker: some microseconds.
    private static final long SMALLEST_SHARED_WORK = 16_384;

    private final WorkerPool pool;
    private final AttentionKernel tiled;
    private final float[][] scores;
    private final WorkerPool.Task share = this::attendShare;

    private HeadLayout heads = new HeadLayout(1, 1, 1);
    private MemorySegment y = MemorySegment.NULL;
    private MemorySegment qkv = MemorySegment.NULL;
    private MemorySegment keys = MemorySegment.NULL;
    private MemorySegment values = MemorySegment.NULL;
    private int rows;
    private int start;
    private long cacheStep;

    CachedAttentionKernel(WorkerPool pool) {
        this.pool = pool;
        this.tiled = new AttentionKernel(pool);
        this.scores = new float[pool.workers()][0];
    }

    void attend(Tensor out, Tensor fused, Tensor keyCache, Tensor valueCache, int from, HeadLayout layout) {
        KernelChecks.attentionCached(out, fused, keyCache, valueCache, from, layout);
        store(keyCache, fused, from, layout, layout.queryWidth());
        store(valueCache, fused, from, layout, layout.queryWidth() + layout.keyValueWidth());
        if (fused.rows() >= TILED_FROM) {
            tiled.overCache(out, fused, keyCache, valueCache, from, layout);
            return;
        }
        heads = layout;
        y = out.segment();
        qkv = fused.segment();
        keys = keyCache.segment();
        values = valueCache.segment();
        rows = fused.rows();
        start = from;
        cacheStep = keyCache.size() / layout.keyValueHeads();
        if ((long) (from + rows) * rows * layout.queryWidth() < SMALLEST_SHARED_WORK) {
            attendHeads(0, layout.queryHeads(), 0);
        } else {
            pool.runOnEach(share);
        }
    }

    private static void store(Tensor cache, Tensor qkv, int start, HeadLayout heads, int column) {
        long capacity = cache.size() / heads.keyValueWidth();
        long bytes = (long) heads.headWidth() * Float.BYTES;
        for (int row = 0; row < qkv.rows(); row++) {
            for (int head = 0; head < heads.keyValueHeads(); head++) {
                long from = ((long) row * heads.fusedWidth() + column) * Float.BYTES + head * bytes;
                long to = (head * capacity + start + row) * bytes;
                MemorySegment.copy(qkv.segment(), from, cache.segment(), to, bytes);
            }
        }
    }

    private void attendShare(int item, int worker) {
        int first = heads.queryHeads() * worker / pool.workers();
        attendHeads(first, heads.queryHeads() * (worker + 1) / pool.workers(), worker);
    }

    private void attendHeads(int first, int end, int worker) {
        int padded = Lanes.padded(start + rows) + Lanes.COUNT;
        if (scores[worker].length < padded) {
            scores[worker] = new float[2 * padded + Lanes.APART];
        }
        int group = heads.queryHeads() / heads.keyValueHeads();
        int width = heads.headWidth();
        for (int head = first; head < end; head++) {
            long cacheAt = head / group * cacheStep;
            for (int row = 0; row < rows; row++) {
                long queryAt = (long) row * heads.fusedWidth() + (long) head * width;
                long outAt = (long) row * heads.queryWidth() + (long) head * width;
                float[] weights = scores[worker];
                int count = start + row + 1;
                weigh(weights, qkv, queryAt, keys, cacheAt, count, width);
                float sum = exponentials(weights, count);
                combine(y, outAt, values, cacheAt, weights, count, width, 1 / sum);
            }
        }
    }

    /// `weights[s] = q·k_s / √K`.
    private static void weigh(
            float[] weights, MemorySegment q, long queryAt, MemorySegment keys, long keysAt, int count, int width) {
        float scale = (float) (1 / Math.sqrt(width));
        int s = 0;
        for (; s + 4 <= count; s += 4) {
            fourScores(weights, s, q, queryAt, keys, keysAt + (long) s * width, width, scale);
        }
        for (; s < count; s++) {
            weights[s] = GemvKernel.dot(q, queryAt, keys, keysAt + (long) s * width, width) * scale;
        }
    }

    private static void fourScores(
            float[] weights,
            int s,
            MemorySegment q,
            long queryAt,
            MemorySegment keys,
            long key,
            int width,
            float scale) {
        FloatVector s0 = FloatVector.zero(Lanes.SPECIES);
        FloatVector s1 = FloatVector.zero(Lanes.SPECIES);
        FloatVector s2 = FloatVector.zero(Lanes.SPECIES);
        FloatVector s3 = FloatVector.zero(Lanes.SPECIES);
        int whole = width - width % Lanes.COUNT;
        long row = width;
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            FloatVector x = Lanes.load(q, queryAt + j);
            long from = key + j;
            s0 = x.fma(Lanes.load(keys, from), s0);
            s1 = x.fma(Lanes.load(keys, from + row), s1);
            s2 = x.fma(Lanes.load(keys, from + 2 * row), s2);
            s3 = x.fma(Lanes.load(keys, from + 3 * row), s3);
        }
        if (whole < width) {
            VectorMask<Float> tail = Lanes.mask(width - whole);
            FloatVector x = Lanes.load(q, queryAt + whole, tail);
            long from = key + whole;
            s0 = x.fma(Lanes.load(keys, from, tail), s0);
            s1 = x.fma(Lanes.load(keys, from + row, tail), s1);
            s2 = x.fma(Lanes.load(keys, from + 2 * row, tail), s2);
            s3 = x.fma(Lanes.load(keys, from + 3 * row, tail), s3);
        }
        RowSums.put(RowSums.four(s0, s1, s2, s3).mul(scale), weights, s);
    }

    /// `weights[s] ← e^(weights[s] − max)`; gives their sum.
    private static float exponentials(float[] weights, int count) {
        int padded = Lanes.padded(count);
        Arrays.fill(weights, count, padded, Float.NEGATIVE_INFINITY); // e^(−∞) adds nothing
        FloatVector largest = FloatVector.fromArray(Lanes.SPECIES, weights, 0);
        for (int s = Lanes.COUNT; s < padded; s += Lanes.COUNT) {
            largest = largest.max(FloatVector.fromArray(Lanes.SPECIES, weights, s));
        }
        float max = largest.reduceLanes(VectorOperators.MAX);
        FloatVector sums = FloatVector.zero(Lanes.SPECIES);
        for (int s = 0; s < padded; s += Lanes.COUNT) {
            FloatVector e =
                    Lanes.exp(FloatVector.fromArray(Lanes.SPECIES, weights, s).sub(max));
            e.intoArray(weights, s);
            sums = sums.add(e);
        }
        return Lanes.sum(sums);
    }

    /// `y = factor · Σ_s weights[s]·v_s`, a vector of columns at a time.
    private static void combine(
            MemorySegment y,
            long outAt,
            MemorySegment values,
            long valuesAt,
            float[] weights,
            int count,
            int width,
            float factor) {
        int j = 0;
        for (; j + Lanes.COUNT <= width; j += Lanes.COUNT) {
            FloatVector s0 = FloatVector.zero(Lanes.SPECIES);
            FloatVector s1 = FloatVector.zero(Lanes.SPECIES);
            FloatVector s2 = FloatVector.zero(Lanes.SPECIES);
            FloatVector s3 = FloatVector.zero(Lanes.SPECIES);
            int s = 0;
            for (; s + 4 <= count; s += 4) {
                long at = valuesAt + (long) s * width + j;
                s0 = Lanes.load(values, at).fma(FloatVector.broadcast(Lanes.SPECIES, weights[s]), s0);
                s1 = Lanes.load(values, at + width).fma(FloatVector.broadcast(Lanes.SPECIES, weights[s + 1]), s1);
                s2 = Lanes.load(values, at + 2L * width).fma(FloatVector.broadcast(Lanes.SPECIES, weights[s + 2]), s2);
                s3 = Lanes.load(values, at + 3L * width).fma(FloatVector.broadcast(Lanes.SPECIES, weights[s + 3]), s3);
            }
            for (; s < count; s++) {
                FloatVector v = Lanes.load(values, valuesAt + (long) s * width + j);
                s0 = v.fma(FloatVector.broadcast(Lanes.SPECIES, weights[s]), s0);
            }
            Lanes.store(s0.add(s1).add(s2.add(s3)).mul(factor), y, outAt + j);
        }
        if (j < width) {
            VectorMask<Float> tail = Lanes.mask(width - j);
            FloatVector sums = FloatVector.zero(Lanes.SPECIES);
            for (int s = 0; s < count; s++) {
                FloatVector v = Lanes.load(values, valuesAt + (long) s * width + j, tail);
                sums = v.fma(FloatVector.broadcast(Lanes.SPECIES, weights[s]), sums);
            }
            Lanes.store(sums.mul(factor), y, outAt + j, tail);
        }
    }
}
