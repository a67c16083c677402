package inkling.core.device.cpu;

import inkling.core.device.KernelChecks;
import inkling.core.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// RMSNorm, forward and backward: each row is read twice, the second time from the nearest cache.
///
/// The gain's gradient is a sum over all rows. Rows are cut into blocks of a size that depends on their number alone;
/// each block adds up its own part while its rows are in the cache, and the parts are added in their order.
final class NormKernel {
    /// The most parts of the gain's gradient.
    private static final int MOST_PARTS = 32;

    private final WorkerPool pool;
    private float[] parts = new float[0];

    NormKernel(WorkerPool pool) {
        this.pool = pool;
    }

    void rmsNorm(Tensor y, Tensor inverseRms, Tensor x, Tensor gain, float epsilon) {
        KernelChecks.rmsNorm(y, inverseRms, x, gain);
        int width = x.columns();
        pool.run(2 * x.size(), (worker, workers) -> {
            int last = WorkerPool.from(x.rows(), worker + 1, workers);
            for (int i = WorkerPool.from(x.rows(), worker, workers); i < last; i++) {
                long at = 4L * i * width;
                float squares = GemvKernel.dot(x.segment(), at, x.segment(), at, width);
                float r = (float) (1 / Math.sqrt((double) squares / width + epsilon));
                inverseRms.set(i, r);
                scaleRow(y.segment(), x.segment(), at, gain.segment(), width, r);
            }
        });
    }

    private static void scaleRow(MemorySegment y, MemorySegment x, long at, MemorySegment gain, int width, float r) {
        int whole = Lanes.whole(width);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            Lanes.store(Lanes.load(x, at + 4L * j).mul(r).mul(Lanes.load(gain, 4L * j)), y, at + 4L * j);
        }
        if (whole < width) {
            VectorMask<Float> tail = Lanes.tail(width);
            FloatVector scaled = Lanes.load(x, at + 4L * whole, tail).mul(r);
            Lanes.store(scaled.mul(Lanes.load(gain, 4L * whole, tail)), y, at + 4L * whole, tail);
        }
    }

    void rmsNormBackward(Tensor dx, Tensor dGain, Tensor dy, Tensor x, Tensor gain, Tensor inverseRms) {
        KernelChecks.rmsNorm(dy, inverseRms, x, gain);
        KernelChecks.same("rmsNormBackward", "dx", dx, x);
        KernelChecks.size("rmsNormBackward", "dGain", dGain, x.columns());
        int rows = x.rows();
        int stride = Lanes.roundUp(x.columns(), Lanes.COUNT);
        int rowsPerPart = (rows + MOST_PARTS - 1) / MOST_PARTS;
        int count = rows == 0 ? 0 : (rows + rowsPerPart - 1) / rowsPerPart;
        if (parts.length < count * stride) {
            parts = new float[count * stride];
        }
        float[] sums = parts;
        pool.run(4 * x.size(), (worker, workers) -> {
            int last = WorkerPool.from(count, worker + 1, workers);
            for (int part = WorkerPool.from(count, worker, workers); part < last; part++) {
                Arrays.fill(sums, part * stride, (part + 1) * stride, 0);
                int lastRow = Math.min(rows, (part + 1) * rowsPerPart);
                for (int i = part * rowsPerPart; i < lastRow; i++) {
                    backwardRow(new Row(dx, dy, x, gain, i, inverseRms.get(i)), sums, part * stride);
                }
            }
        });
        for (int part = 0; part < count; part++) {
            for (int j = 0; j < x.columns(); j++) {
                dGain.set(j, dGain.get(j) + sums[part * stride + j]);
            }
        }
    }

    private record Row(Tensor dx, Tensor dy, Tensor x, Tensor gain, int index, float inverseRms) {}

    /// `dx += r·h − x·r³·(h·x)/D` with `h = g·dy`, and `sums += dy·x·r`.
    private static void backwardRow(Row row, float[] sums, int sumsAt) {
        int width = row.x.columns();
        long at = 4L * row.index * width;
        MemorySegment dy = row.dy.segment();
        MemorySegment x = row.x.segment();
        MemorySegment gain = row.gain.segment();
        float r = row.inverseRms;
        FloatVector product = FloatVector.zero(Lanes.SPECIES);
        int whole = Lanes.whole(width);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            FloatVector d = Lanes.load(dy, at + 4L * j).mul(Lanes.load(x, at + 4L * j));
            product = d.fma(Lanes.load(gain, 4L * j), product);
            d.fma(Lanes.all(r), FloatVector.fromArray(Lanes.SPECIES, sums, sumsAt + j)).intoArray(sums, sumsAt + j);
        }
        if (whole < width) {
            VectorMask<Float> tail = Lanes.tail(width);
            FloatVector d = Lanes.load(dy, at + 4L * whole, tail).mul(Lanes.load(x, at + 4L * whole, tail));
            product = d.fma(Lanes.load(gain, 4L * whole, tail), product);
            int s = sumsAt + whole;
            d.fma(Lanes.all(r), FloatVector.fromArray(Lanes.SPECIES, sums, s)).intoArray(sums, s);
        }
        float hx = product.reduceLanes(VectorOperators.ADD);
        addRow(row, at, -(float) ((double) r * r * r * hx / width));
    }

    private static void addRow(Row row, long at, float xFactor) {
        MemorySegment dx = row.dx.segment();
        MemorySegment dy = row.dy.segment();
        MemorySegment x = row.x.segment();
        MemorySegment gain = row.gain.segment();
        FloatVector r = Lanes.all(row.inverseRms);
        FloatVector factor = Lanes.all(xFactor);
        int width = row.x.columns();
        int whole = Lanes.whole(width);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            long o = at + 4L * j;
            FloatVector h = Lanes.load(dy, o).mul(Lanes.load(gain, 4L * j));
            Lanes.store(Lanes.load(dx, o).add(h.fma(r, Lanes.load(x, o).mul(factor))), dx, o);
        }
        if (whole < width) {
            VectorMask<Float> tail = Lanes.tail(width);
            long o = at + 4L * whole;
            FloatVector h = Lanes.load(dy, o, tail).mul(Lanes.load(gain, 4L * whole, tail));
            FloatVector d = h.fma(r, Lanes.load(x, o, tail).mul(factor));
            Lanes.store(Lanes.load(dx, o, tail).add(d), dx, o, tail);
        }
    }
}
