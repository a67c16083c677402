package inkling.core.device.cpu;

import inkling.core.device.KernelChecks;
import inkling.core.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/// RMSNorm over rows, forward and backward; one read of a row brings it into the first-level cache, the second pass
/// runs from there.
///
/// The gain's gradient sums over rows. Rows are cut into fixed blocks; each block sums into its own line of
/// scratch, and the lines are added in order at the end, so the result does not depend on the threads.
final class RmsNormKernel {
    private static final int ROW_BLOCK = 64;

    private final WorkerPool pool;
    private float[] gainSums = new float[0];

    RmsNormKernel(WorkerPool pool) {
        this.pool = pool;
    }

    void forward(Tensor y, Tensor inverseRms, Tensor x, Tensor gain, float epsilon) {
        KernelChecks.rmsNorm(y, inverseRms, x, gain);
        if (x.rows() == 1) {
            normRow(y, inverseRms, x, gain, epsilon, 0); // no region, which takes an object: a token's own step
            return;
        }
        pool.runRanges(x.rows(), ROW_BLOCK, (from, to) -> {
            for (int row = from; row < to; row++) {
                normRow(y, inverseRms, x, gain, epsilon, row);
            }
        });
    }

    private static void normRow(Tensor y, Tensor inverseRms, Tensor x, Tensor gain, float epsilon, int row) {
        int width = x.columns();
        float r = (float) (1 / Math.sqrt((double) dot(x.segment(), x.segment(), row, width) / width + epsilon));
        Lanes.set(inverseRms.segment(), row, r);
        scaleRow(y.segment(), x.segment(), gain.segment(), row, width, r);
    }

    void backward(Tensor dx, Tensor dGain, Tensor dy, Tensor x, Tensor gain, Tensor inverseRms) {
        KernelChecks.rmsNorm(dy, inverseRms, x, gain);
        KernelChecks.same("rmsNormBackward", "dx", dx, x);
        KernelChecks.size("rmsNormBackward", "dGain", dGain, gain.size());
        int width = x.columns();
        int padded = Lanes.padded(width);
        int blocks = (x.rows() + ROW_BLOCK - 1) / ROW_BLOCK;
        if (gainSums.length < blocks * padded) {
            gainSums = new float[blocks * padded];
        }
        float[] sums = gainSums;
        pool.run(blocks, (block, worker) -> {
            int end = Math.min(x.rows(), (block + 1) * ROW_BLOCK);
            Arrays.fill(sums, block * padded, (block + 1) * padded, 0f);
            for (int row = block * ROW_BLOCK; row < end; row++) {
                float r = Lanes.get(inverseRms.segment(), row);
                float along = weightedDot(dy.segment(), gain.segment(), x.segment(), row, width);
                float pull = r * r * r * along / width;
                addInputGradient(dx.segment(), dy.segment(), gain.segment(), x.segment(), row, width, r, pull);
                addGainGradient(sums, block * padded, dy.segment(), x.segment(), row, width, r);
            }
        });
        for (int block = 0; block < blocks; block++) {
            for (int j = 0; j < width; j++) {
                Lanes.set(dGain.segment(), j, Lanes.get(dGain.segment(), j) + sums[block * padded + j]);
            }
        }
    }

    private static float dot(MemorySegment a, MemorySegment b, int row, int width) {
        long base = (long) row * width;
        FloatVector even = FloatVector.zero(Lanes.SPECIES);
        FloatVector odd = FloatVector.zero(Lanes.SPECIES);
        int j = 0;
        for (; j + 2 * Lanes.COUNT <= width; j += 2 * Lanes.COUNT) {
            even = Lanes.load(a, base + j).fma(Lanes.load(b, base + j), even);
            odd = Lanes.load(a, base + j + Lanes.COUNT).fma(Lanes.load(b, base + j + Lanes.COUNT), odd);
        }
        float sum = Lanes.sum(even.add(odd));
        for (; j < width; j++) {
            sum += Lanes.get(a, base + j) * Lanes.get(b, base + j);
        }
        return sum;
    }

    private static float weightedDot(MemorySegment dy, MemorySegment gain, MemorySegment x, int row, int width) {
        long base = (long) row * width;
        FloatVector sums = FloatVector.zero(Lanes.SPECIES);
        int j = 0;
        for (; j + Lanes.COUNT <= width; j += Lanes.COUNT) {
            sums = Lanes.load(dy, base + j).mul(Lanes.load(gain, j)).fma(Lanes.load(x, base + j), sums);
        }
        float sum = Lanes.sum(sums);
        for (; j < width; j++) {
            sum += Lanes.get(dy, base + j) * Lanes.get(gain, j) * Lanes.get(x, base + j);
        }
        return sum;
    }

    private static void scaleRow(MemorySegment y, MemorySegment x, MemorySegment gain, int row, int width, float r) {
        long base = (long) row * width;
        int j = 0;
        for (; j + Lanes.COUNT <= width; j += Lanes.COUNT) {
            Lanes.store(Lanes.load(x, base + j).mul(r).mul(Lanes.load(gain, j)), y, base + j);
        }
        for (; j < width; j++) {
            Lanes.set(y, base + j, Lanes.get(x, base + j) * r * Lanes.get(gain, j));
        }
    }

    private static void addInputGradient(
            MemorySegment dx,
            MemorySegment dy,
            MemorySegment gain,
            MemorySegment x,
            int row,
            int width,
            float r,
            float pull) {
        long base = (long) row * width;
        int j = 0;
        for (; j + Lanes.COUNT <= width; j += Lanes.COUNT) {
            FloatVector h = Lanes.load(dy, base + j).mul(Lanes.load(gain, j)).mul(r);
            FloatVector towards = h.sub(Lanes.load(x, base + j).mul(pull));
            Lanes.store(Lanes.load(dx, base + j).add(towards), dx, base + j);
        }
        for (; j < width; j++) {
            float h = Lanes.get(dy, base + j) * Lanes.get(gain, j) * r;
            Lanes.set(dx, base + j, Lanes.get(dx, base + j) + (h - Lanes.get(x, base + j) * pull));
        }
    }

    private static void addGainGradient(
            float[] sums, int at, MemorySegment dy, MemorySegment x, int row, int width, float r) {
        long base = (long) row * width;
        int j = 0;
        for (; j + Lanes.COUNT <= width; j += Lanes.COUNT) {
            FloatVector product =
                    Lanes.load(dy, base + j).mul(Lanes.load(x, base + j)).mul(r);
            FloatVector.fromArray(Lanes.SPECIES, sums, at + j).add(product).intoArray(sums, at + j);
        }
        for (; j < width; j++) {
            sums[at + j] += Lanes.get(dy, base + j) * Lanes.get(x, base + j) * r;
        }
    }
}
