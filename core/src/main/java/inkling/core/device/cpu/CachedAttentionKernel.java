package inkling.core.device.cpu;

import inkling.core.device.HeadLayout;
import inkling.core.device.KernelChecks;
import inkling.core.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/// Attention of new tokens over a cache of keys and values, for generation.
///
/// A (token, query head) pair is a unit of work: scores by dot products with the cached keys, softmax, then a weighted
/// sum of the cached values. Everything is read once, front to back.
final class CachedAttentionKernel {
    private final WorkerPool pool;
    private final Scratch scratch;

    CachedAttentionKernel(WorkerPool pool, Scratch scratch) {
        this.pool = pool;
        this.scratch = scratch;
    }

    private record Job(Tensor y, Tensor qkv, Tensor keys, Tensor values, int start, HeadLayout heads) {
        int capacity() {
            return keys.dimension(1);
        }

        int group() {
            return heads.queryHeads() / heads.keyValueHeads();
        }
    }

    void attentionCached(Tensor y, Tensor qkv, Tensor keys, Tensor values, int start, HeadLayout heads) {
        KernelChecks.attentionCached(y, qkv, keys, values, start, heads);
        Job job = new Job(y, qkv, keys, values, start, heads);
        int units = qkv.rows() * heads.queryHeads();
        long work = 2L * units * (start + qkv.rows()) * heads.headWidth();
        pool.run(work, () -> scratch.reserve(keys.dimension(1) + Lanes.COUNT), (worker, workers) -> {
            if (worker == 0) {
                remember(job);
            }
            pool.barrier(workers);
            int last = WorkerPool.from(units, worker + 1, workers);
            for (int unit = WorkerPool.from(units, worker, workers); unit < last; unit++) {
                attend(job, unit / heads.queryHeads(), unit % heads.queryHeads(), scratch.of(worker));
            }
        });
    }

    private static void remember(Job job) {
        HeadLayout heads = job.heads;
        long width = 4L * heads.headWidth();
        for (int i = 0; i < job.qkv.rows(); i++) {
            long row = 4L * i * heads.fusedWidth() + 4L * heads.queryWidth();
            for (int g = 0; g < heads.keyValueHeads(); g++) {
                long to = ((long) g * job.capacity() + job.start + i) * width;
                long key = row + g * width;
                long value = key + 4L * heads.keyValueWidth();
                MemorySegment.copy(job.qkv.segment(), key, job.keys.segment(), to, width);
                MemorySegment.copy(job.qkv.segment(), value, job.values.segment(), to, width);
            }
        }
    }

    private static void attend(Job job, int row, int h, MemorySegment scores) {
        HeadLayout heads = job.heads;
        int width = heads.headWidth();
        int length = job.start + row + 1;
        long slab = 4L * (h / job.group()) * job.capacity() * width;
        long query = 4L * ((long) row * heads.fusedWidth() + (long) h * width);
        for (int s = 0; s < length; s++) {
            float score = GemvKernel.dot(job.qkv.segment(), query, job.keys.segment(), slab + 4L * s * width, width);
            scores.set(Tensor.LAYOUT, 4L * s, score);
        }
        float max = SoftmaxKernel.max(scores, 0, length);
        float sum = AttentionTiles.softmaxRow(scores, 0, length, length, (float) (1 / Math.sqrt(width)), max);
        long out = 4L * ((long) row * heads.queryWidth() + (long) h * width);
        for (int j = 0; j < width; j += Lanes.COUNT) {
            VectorMask<Float> mask = Lanes.SPECIES.indexInRange(j, width);
            FloatVector total = weighted(scores, job.values.segment(), slab + 4L * j, width, length, mask);
            Lanes.store(total.mul(1 / sum), job.y.segment(), out + 4L * j, mask);
        }
    }

    private static FloatVector weighted(
            MemorySegment weights, MemorySegment values, long at, int width, int length, VectorMask<Float> mask) {
        FloatVector sum = FloatVector.zero(Lanes.SPECIES);
        for (int s = 0; s < length; s++) {
            FloatVector value = Lanes.load(values, at + 4L * s * width, mask);
            sum = value.fma(Lanes.all(weights.get(Tensor.LAYOUT, 4L * s)), sum);
        }
        return sum;
    }
}
