package inkling.core.device.cpu;

import inkling.core.device.KernelChecks;
import inkling.core.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// Passes over all elements of tensors: fill, copy, scale, add, sum of squares.
///
/// Work is split into blocks of fixed size; the sum of squares adds up each block on its own and then the blocks in
/// their order, so that its bits depend on nothing but the elements.
final class ElementwiseKernel {
    /// Elements of a block.
    static final int BLOCK = 16_384;

    private final WorkerPool pool;
    private double[] partialSums = new double[16];

    ElementwiseKernel(WorkerPool pool) {
        this.pool = pool;
    }

    /// Number of blocks of a tensor.
    static int blocks(long size) {
        return Math.toIntExact((size + BLOCK - 1) / BLOCK);
    }

    /// Elements in a block.
    static int length(long size, int block) {
        return (int) Math.min(BLOCK, size - (long) block * BLOCK);
    }

    void fill(Tensor x, float value) {
        MemorySegment to = x.segment();
        forEachBlock(x.size(), (at, length) -> fillBlock(to, at, length, value));
    }

    void copy(Tensor y, Tensor x) {
        KernelChecks.size("copy", "y", y, x.size());
        forEachBlock(x.size(), (at, length) -> MemorySegment.copy(x.segment(), at, y.segment(), at, 4L * length));
    }

    void addScaled(Tensor y, Tensor x, float scale) {
        KernelChecks.size("addScaled", "y", y, x.size());
        forEachBlock(x.size(), (at, length) -> addBlock(y.segment(), x.segment(), at, length, scale));
    }

    void scale(Tensor x, float factor) {
        forEachBlock(x.size(), (at, length) -> scaleBlock(x.segment(), at, length, factor));
    }

    double sumOfSquares(Tensor x) {
        int count = blocks(x.size());
        if (partialSums.length < count) {
            partialSums = Arrays.copyOf(partialSums, 2 * count);
        }
        double[] sums = partialSums;
        pool.run(x.size(), (worker, workers) -> {
            int last = WorkerPool.from(count, worker + 1, workers);
            for (int block = WorkerPool.from(count, worker, workers); block < last; block++) {
                sums[block] = squares(x.segment(), 4L * block * BLOCK, length(x.size(), block));
            }
        });
        double sum = 0;
        for (int block = 0; block < count; block++) {
            sum += sums[block];
        }
        return sum;
    }

    /// Work on `length` elements that start at a byte offset.
    @FunctionalInterface
    private interface BlockTask {
        void run(long at, int length);
    }

    private void forEachBlock(long size, BlockTask task) {
        int count = blocks(size);
        pool.run(size, (worker, workers) -> {
            int last = WorkerPool.from(count, worker + 1, workers);
            for (int block = WorkerPool.from(count, worker, workers); block < last; block++) {
                task.run(4L * block * BLOCK, length(size, block));
            }
        });
    }

    private static void fillBlock(MemorySegment to, long at, int length, float value) {
        FloatVector filled = Lanes.all(value);
        int whole = Lanes.whole(length);
        for (int i = 0; i < whole; i += Lanes.COUNT) {
            Lanes.store(filled, to, at + 4L * i);
        }
        if (whole < length) {
            Lanes.store(filled, to, at + 4L * whole, Lanes.tail(length));
        }
    }

    private static void addBlock(MemorySegment y, MemorySegment x, long at, int length, float scale) {
        FloatVector factor = Lanes.all(scale);
        int whole = Lanes.whole(length);
        for (int i = 0; i < whole; i += Lanes.COUNT) {
            long o = at + 4L * i;
            Lanes.store(Lanes.load(x, o).fma(factor, Lanes.load(y, o)), y, o);
        }
        if (whole < length) {
            long o = at + 4L * whole;
            VectorMask<Float> tail = Lanes.tail(length);
            Lanes.store(Lanes.load(x, o, tail).fma(factor, Lanes.load(y, o, tail)), y, o, tail);
        }
    }

    private static void scaleBlock(MemorySegment x, long at, int length, float factor) {
        int whole = Lanes.whole(length);
        for (int i = 0; i < whole; i += Lanes.COUNT) {
            Lanes.store(Lanes.load(x, at + 4L * i).mul(factor), x, at + 4L * i);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            Lanes.store(Lanes.load(x, at + 4L * whole, tail).mul(factor), x, at + 4L * whole, tail);
        }
    }

    /// Sum of squares of a block: every lane adds up at most 1,024 squares in single precision (of 4 accumulators: a
    /// quarter of that), the lanes are then added in double precision.
    private static double squares(MemorySegment x, long at, int length) {
        FloatVector s0 = FloatVector.zero(Lanes.SPECIES);
        FloatVector s1 = FloatVector.zero(Lanes.SPECIES);
        FloatVector s2 = FloatVector.zero(Lanes.SPECIES);
        FloatVector s3 = FloatVector.zero(Lanes.SPECIES);
        int whole = Lanes.whole(length);
        int four = whole - whole % (4 * Lanes.COUNT);
        int i = 0;
        for (; i < four; i += 4 * Lanes.COUNT) {
            FloatVector x0 = Lanes.load(x, at + 4L * i);
            FloatVector x1 = Lanes.load(x, at + 4L * i + Lanes.BYTES);
            FloatVector x2 = Lanes.load(x, at + 4L * i + 2 * Lanes.BYTES);
            FloatVector x3 = Lanes.load(x, at + 4L * i + 3 * Lanes.BYTES);
            s0 = x0.fma(x0, s0);
            s1 = x1.fma(x1, s1);
            s2 = x2.fma(x2, s2);
            s3 = x3.fma(x3, s3);
        }
        for (; i < whole; i += Lanes.COUNT) {
            FloatVector x0 = Lanes.load(x, at + 4L * i);
            s0 = x0.fma(x0, s0);
        }
        if (whole < length) {
            FloatVector x0 = Lanes.load(x, at + 4L * whole, Lanes.tail(length));
            s1 = x0.fma(x0, s1);
        }
        return (double) s0.reduceLanes(VectorOperators.ADD)
                + s1.reduceLanes(VectorOperators.ADD)
                + s2.reduceLanes(VectorOperators.ADD)
                + s3.reduceLanes(VectorOperators.ADD);
    }
}
