package inkling.core.device.cpu;

import inkling.core.device.HeadLayout;
import inkling.core.device.KernelChecks;
import inkling.core.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/// Attention of new tokens over the cache of keys and values.
///
/// One token at a time is a walk over memory: each cached key is read once, then each value. A prompt of several
/// tokens has enough work for the tiles of
/// [AttentionKernel], which packs the cache first.
final class CachedAttentionKernel {
    /// From so many new tokens on, packing the cache pays.
    private static final int TILED_FROM = HeadTiles.ROWS;

    private final WorkerPool pool;
    private final AttentionKernel tiled;
    private final float[][] scores;

    CachedAttentionKernel(WorkerPool pool) {
        this.pool = pool;
        this.tiled = new AttentionKernel(pool);
        this.scores = new float[pool.workers()][0];
    }

    void attend(Tensor y, Tensor qkv, Tensor keys, Tensor values, int start, HeadLayout heads) {
        KernelChecks.attentionCached(y, qkv, keys, values, start, heads);
        store(keys, qkv, start, heads, heads.queryWidth());
        store(values, qkv, start, heads, heads.queryWidth() + heads.keyValueWidth());
        if (qkv.rows() >= TILED_FROM) {
            tiled.overCache(y, qkv, keys, values, start, heads);
            return;
        }
        int group = heads.queryHeads() / heads.keyValueHeads();
        long cacheStep = keys.size() / heads.keyValueHeads();
        pool.run(heads.queryHeads(), (head, worker) -> {
            if (scores[worker].length < start + qkv.rows()) {
                scores[worker] = new float[2 * (start + qkv.rows())];
            }
            long cacheAt = head / group * cacheStep;
            for (int row = 0; row < qkv.rows(); row++) {
                long queryAt = (long) row * heads.fusedWidth() + (long) head * heads.headWidth();
                long outAt = (long) row * heads.queryWidth() + (long) head * heads.headWidth();
                float[] weights = scores[worker];
                int count = start + row + 1;
                weigh(weights, qkv.segment(), queryAt, keys.segment(), cacheAt, count, heads.headWidth());
                float sum = exponentials(weights, count);
                combine(y.segment(), outAt, values.segment(), cacheAt, weights, count, heads.headWidth(), 1 / sum);
            }
        });
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

    private static void weigh(
            float[] weights, MemorySegment q, long queryAt, MemorySegment keys, long keysAt, int count, int width) {
        float scale = (float) (1 / Math.sqrt(width));
        int whole = width / Lanes.COUNT * Lanes.COUNT;
        VectorMask<Float> rest = Lanes.mask(width - whole);
        for (int s = 0; s < count; s++) {
            long key = keysAt + (long) s * width;
            FloatVector sums = FloatVector.zero(Lanes.SPECIES);
            for (int j = 0; j < whole; j += Lanes.COUNT) {
                sums = Lanes.load(q, queryAt + j).fma(Lanes.load(keys, key + j), sums);
            }
            if (whole < width) {
                sums = Lanes.load(q, queryAt + whole, rest).fma(Lanes.load(keys, key + whole, rest), sums);
            }
            weights[s] = Lanes.sum(sums) * scale;
        }
    }

    private static float exponentials(float[] weights, int count) {
        float max = Float.NEGATIVE_INFINITY;
        for (int s = 0; s < count; s++) {
            max = Math.max(max, weights[s]);
        }
        float sum = 0;
        int s = 0;
        FloatVector sums = FloatVector.zero(Lanes.SPECIES);
        for (; s + Lanes.COUNT <= count; s += Lanes.COUNT) {
            FloatVector e =
                    Lanes.exp(FloatVector.fromArray(Lanes.SPECIES, weights, s).sub(max));
            e.intoArray(weights, s);
            sums = sums.add(e);
        }
        for (; s < count; s++) {
            weights[s] = (float) Math.exp(weights[s] - max);
            sum += weights[s];
        }
        return sum + Lanes.sum(sums);
    }

    private static void combine(
            MemorySegment y,
            long outAt,
            MemorySegment values,
            long valuesAt,
            float[] weights,
            int count,
            int width,
            float factor) {
        for (int j = 0; j < width; j += Lanes.COUNT) {
            boolean whole = j + Lanes.COUNT <= width;
            VectorMask<Float> mask = Lanes.mask(width - j);
            FloatVector sums = FloatVector.zero(Lanes.SPECIES);
            for (int s = 0; s < count; s++) {
                long at = valuesAt + (long) s * width + j;
                FloatVector v = whole ? Lanes.load(values, at) : Lanes.load(values, at, mask);
                sums = v.fma(FloatVector.broadcast(Lanes.SPECIES, weights[s]), sums);
            }
            if (whole) {
                Lanes.store(sums.mul(factor), y, outAt + j);
            } else {
                Lanes.store(sums.mul(factor), y, outAt + j, mask);
            }
        }
    }
}
