package inkling.core.device.cpu;

import inkling.core.device.KernelChecks;
import inkling.core.tensor.Ids;
import inkling.core.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// Softmax, its logarithm and gradient, and cross-entropy, row by row: maximum, sum of exponentials, result.
final class SoftmaxKernel {
    private static final long WORK_PER_ELEMENT = 6;

    private final WorkerPool pool;

    SoftmaxKernel(WorkerPool pool) {
        this.pool = pool;
    }

    void softmax(Tensor y, Tensor x) {
        KernelChecks.same("softmax", "y", y, x);
        int width = x.columns();
        forEachRow(x, row -> {
            long at = 4L * row * width;
            float max = max(x.segment(), at, width);
            if (max == Float.NEGATIVE_INFINITY) {
                y.segment().asSlice(at, 4L * width).fill((byte) 0);
            } else {
                // the sum comes with the exponentials, the division is a third pass
                float sum = exponentials(y.segment(), x.segment(), at, width, max);
                scale(y.segment(), at, width, 1 / sum);
            }
        });
    }

    void logSoftmax(Tensor y, Tensor x) {
        KernelChecks.same("logSoftmax", "y", y, x);
        int width = x.columns();
        forEachRow(x, row -> {
            long at = 4L * row * width;
            subtract(y.segment(), x.segment(), at, width, logSumExp(x.segment(), at, width));
        });
    }

    void softmaxBackward(Tensor dx, Tensor dy, Tensor y) {
        KernelChecks.same("softmaxBackward", "dx", dx, y);
        KernelChecks.same("softmaxBackward", "dy", dy, y);
        int width = y.columns();
        forEachRow(y, row -> {
            long at = 4L * row * width;
            float sum = GemvKernel.dot(dy.segment(), at, y.segment(), at, width);
            softmaxBackwardRow(dx.segment(), dy.segment(), y.segment(), at, width, sum);
        });
    }

    void crossEntropy(Tensor losses, Tensor logits, Ids targets) {
        KernelChecks.crossEntropy(losses, logits, targets);
        int width = logits.columns();
        forEachRow(logits, row -> {
            long at = 4L * row * width;
            float total = logSumExp(logits.segment(), at, width);
            losses.set(row, total - logits.get((long) row * width + targets.get(row)));
        });
    }

    void crossEntropyWithGradient(Tensor losses, Tensor logits, Ids targets, float scale) {
        KernelChecks.crossEntropy(losses, logits, targets);
        int width = logits.columns();
        forEachRow(logits, row -> {
            long at = 4L * row * width;
            long target = (long) row * width + targets.get(row);
            MemorySegment x = logits.segment();
            float max = max(x, at, width);
            float targetLogit = logits.get(target);
            float sum = exponentials(x, x, at, width, max);
            losses.set(row, (float) (max + Math.log(sum) - targetLogit));
            scale(x, at, width, scale / sum);
            logits.set(target, logits.get(target) - scale);
        });
    }

    /// Work on one row.
    @FunctionalInterface
    private interface RowTask {
        void run(int row);
    }

    private void forEachRow(Tensor x, RowTask task) {
        pool.run(WORK_PER_ELEMENT * x.size(), (worker, workers) -> {
            int last = WorkerPool.from(x.rows(), worker + 1, workers);
            for (int row = WorkerPool.from(x.rows(), worker, workers); row < last; row++) {
                task.run(row);
            }
        });
    }

    private static float logSumExp(MemorySegment x, long at, int width) {
        float max = max(x, at, width);
        return max == Float.NEGATIVE_INFINITY ? max : (float) (max + Math.log(expSum(x, at, width, max)));
    }

    /// Largest element of a row.
    static float max(MemorySegment x, long at, int width) {
        FloatVector max = Lanes.all(Float.NEGATIVE_INFINITY);
        int whole = Lanes.whole(width);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            max = max.max(Lanes.load(x, at + 4L * j));
        }
        float result = max.reduceLanes(VectorOperators.MAX);
        for (int j = whole; j < width; j++) {
            result = Math.max(result, x.get(Tensor.LAYOUT, at + 4L * j));
        }
        return result;
    }

    private static float expSum(MemorySegment x, long at, int width, float max) {
        FloatVector sum = FloatVector.zero(Lanes.SPECIES);
        int whole = Lanes.whole(width);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            sum = sum.add(VectorMath.exp(Lanes.load(x, at + 4L * j).sub(max)));
        }
        if (whole < width) {
            VectorMask<Float> tail = Lanes.tail(width);
            sum = sum.add(VectorMath.exp(Lanes.load(x, at + 4L * whole, tail).sub(max)), tail);
        }
        return sum.reduceLanes(VectorOperators.ADD);
    }

    /// `y = e^(x − max)`; returns the sum of `y`.
    static float exponentials(MemorySegment y, MemorySegment x, long at, int width, float max) {
        FloatVector sum = FloatVector.zero(Lanes.SPECIES);
        int whole = Lanes.whole(width);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            FloatVector e = VectorMath.exp(Lanes.load(x, at + 4L * j).sub(max));
            sum = sum.add(e);
            Lanes.store(e, y, at + 4L * j);
        }
        if (whole < width) {
            VectorMask<Float> tail = Lanes.tail(width);
            FloatVector e = VectorMath.exp(Lanes.load(x, at + 4L * whole, tail).sub(max));
            sum = sum.add(e, tail);
            Lanes.store(e, y, at + 4L * whole, tail);
        }
        return sum.reduceLanes(VectorOperators.ADD);
    }

    private static void scale(MemorySegment y, long at, int width, float factor) {
        int whole = Lanes.whole(width);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            Lanes.store(Lanes.load(y, at + 4L * j).mul(factor), y, at + 4L * j);
        }
        if (whole < width) {
            VectorMask<Float> tail = Lanes.tail(width);
            Lanes.store(Lanes.load(y, at + 4L * whole, tail).mul(factor), y, at + 4L * whole, tail);
        }
    }

    private static void subtract(MemorySegment y, MemorySegment x, long at, int width, float total) {
        int whole = Lanes.whole(width);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            Lanes.store(Lanes.load(x, at + 4L * j).sub(total), y, at + 4L * j);
        }
        if (whole < width) {
            VectorMask<Float> tail = Lanes.tail(width);
            Lanes.store(Lanes.load(x, at + 4L * whole, tail).sub(total), y, at + 4L * whole, tail);
        }
    }

    private static void softmaxBackwardRow(
            MemorySegment dx, MemorySegment dy, MemorySegment y, long at, int width, float sum) {
        int whole = Lanes.whole(width);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            long o = at + 4L * j;
            Lanes.store(Lanes.load(dy, o).sub(sum).mul(Lanes.load(y, o)), dx, o);
        }
        if (whole < width) {
            VectorMask<Float> tail = Lanes.tail(width);
            long o = at + 4L * whole;
            Lanes.store(Lanes.load(dy, o, tail).sub(sum).mul(Lanes.load(y, o, tail)), dx, o, tail);
        }
    }
}
