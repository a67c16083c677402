package inkling.core.device.cpu;

import inkling.core.device.KernelChecks;
import inkling.core.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/// SiLU and SwiGLU, forward and backward, row by row.
///
/// A plain SiLU is computed over rows too, so that all four share one way of splitting work.
final class ActivationKernel {
    private final WorkerPool pool;

    ActivationKernel(WorkerPool pool) {
        this.pool = pool;
    }

    /// One exponential costs about as much as so many multiply-adds.
    private static final long WORK_PER_ELEMENT = 4;

    void swiGlu(Tensor y, Tensor gateUp) {
        KernelChecks.swiGlu(y, gateUp);
        int width = y.columns();
        MemorySegment to = y.segment();
        MemorySegment from = gateUp.segment();
        pool.run(WORK_PER_ELEMENT * y.size(), (worker, workers) -> {
            int last = WorkerPool.from(y.rows(), worker + 1, workers);
            for (int i = WorkerPool.from(y.rows(), worker, workers); i < last; i++) {
                swiGluRow(to, 4L * i * width, from, 8L * i * width, width);
            }
        });
    }

    void swiGluBackward(Tensor dGateUp, Tensor dy, Tensor gateUp) {
        KernelChecks.swiGlu(dy, gateUp);
        KernelChecks.same("swiGluBackward", "dGateUp", dGateUp, gateUp);
        int width = dy.columns();
        pool.run(2 * WORK_PER_ELEMENT * dy.size(), (worker, workers) -> {
            int last = WorkerPool.from(dy.rows(), worker + 1, workers);
            for (int i = WorkerPool.from(dy.rows(), worker, workers); i < last; i++) {
                swiGluBackwardRow(dGateUp.segment(), dy.segment(), gateUp.segment(), i, width);
            }
        });
    }

    void silu(Tensor y, Tensor x) {
        KernelChecks.same("silu", "y", y, x);
        int width = x.columns();
        pool.run(WORK_PER_ELEMENT * x.size(), (worker, workers) -> {
            int last = WorkerPool.from(x.rows(), worker + 1, workers);
            for (int i = WorkerPool.from(x.rows(), worker, workers); i < last; i++) {
                siluRow(y.segment(), x.segment(), 4L * i * width, width);
            }
        });
    }

    void siluBackward(Tensor dx, Tensor dy, Tensor x) {
        KernelChecks.same("siluBackward", "dx", dx, x);
        KernelChecks.same("siluBackward", "dy", dy, x);
        int width = x.columns();
        pool.run(WORK_PER_ELEMENT * x.size(), (worker, workers) -> {
            int last = WorkerPool.from(x.rows(), worker + 1, workers);
            for (int i = WorkerPool.from(x.rows(), worker, workers); i < last; i++) {
                siluBackwardRow(dx.segment(), dy.segment(), x.segment(), 4L * i * width, width);
            }
        });
    }

    private static void swiGluRow(MemorySegment to, long at, MemorySegment from, long gateAt, int width) {
        long upAt = gateAt + 4L * width;
        int whole = Lanes.whole(width);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            FloatVector gate = Lanes.load(from, gateAt + 4L * j);
            FloatVector up = Lanes.load(from, upAt + 4L * j);
            Lanes.store(gate.mul(VectorMath.sigmoid(gate)).mul(up), to, at + 4L * j);
        }
        if (whole < width) {
            VectorMask<Float> tail = Lanes.tail(width);
            FloatVector gate = Lanes.load(from, gateAt + 4L * whole, tail);
            FloatVector up = Lanes.load(from, upAt + 4L * whole, tail);
            Lanes.store(gate.mul(VectorMath.sigmoid(gate)).mul(up), to, at + 4L * whole, tail);
        }
    }

    private static void swiGluBackwardRow(MemorySegment d, MemorySegment dy, MemorySegment from, int row, int width) {
        long at = 4L * row * width;
        int whole = Lanes.whole(width);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            long gateAt = 2 * at + 4L * j;
            long upAt = gateAt + 4L * width;
            FloatVector gate = Lanes.load(from, gateAt);
            FloatVector up = Lanes.load(from, upAt);
            FloatVector sigmoid = VectorMath.sigmoid(gate);
            FloatVector out = Lanes.load(dy, at + 4L * j);
            Lanes.store(out.mul(up).mul(slope(gate, sigmoid)), d, gateAt);
            Lanes.store(out.mul(gate.mul(sigmoid)), d, upAt);
        }
        if (whole < width) {
            VectorMask<Float> tail = Lanes.tail(width);
            long gateAt = 2 * at + 4L * whole;
            long upAt = gateAt + 4L * width;
            FloatVector gate = Lanes.load(from, gateAt, tail);
            FloatVector up = Lanes.load(from, upAt, tail);
            FloatVector sigmoid = VectorMath.sigmoid(gate);
            FloatVector out = Lanes.load(dy, at + 4L * whole, tail);
            Lanes.store(out.mul(up).mul(slope(gate, sigmoid)), d, gateAt, tail);
            Lanes.store(out.mul(gate.mul(sigmoid)), d, upAt, tail);
        }
    }

    private static void siluRow(MemorySegment to, MemorySegment from, long at, int width) {
        int whole = Lanes.whole(width);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            FloatVector x = Lanes.load(from, at + 4L * j);
            Lanes.store(x.mul(VectorMath.sigmoid(x)), to, at + 4L * j);
        }
        if (whole < width) {
            VectorMask<Float> tail = Lanes.tail(width);
            FloatVector x = Lanes.load(from, at + 4L * whole, tail);
            Lanes.store(x.mul(VectorMath.sigmoid(x)), to, at + 4L * whole, tail);
        }
    }

    private static void siluBackwardRow(MemorySegment dx, MemorySegment dy, MemorySegment from, long at, int width) {
        int whole = Lanes.whole(width);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            FloatVector x = Lanes.load(from, at + 4L * j);
            FloatVector slope = slope(x, VectorMath.sigmoid(x));
            Lanes.store(Lanes.load(dy, at + 4L * j).mul(slope), dx, at + 4L * j);
        }
        if (whole < width) {
            VectorMask<Float> tail = Lanes.tail(width);
            FloatVector x = Lanes.load(from, at + 4L * whole, tail);
            FloatVector slope = slope(x, VectorMath.sigmoid(x));
            Lanes.store(Lanes.load(dy, at + 4L * whole, tail).mul(slope), dx, at + 4L * whole, tail);
        }
    }

    /// Derivative of `x·σ(x)`: `σ(1 + x(1 − σ))`.
    private static FloatVector slope(FloatVector x, FloatVector sigmoid) {
        FloatVector one = Lanes.all(1f);
        return sigmoid.mul(x.fma(one.sub(sigmoid), one));
    }
}
