package inkling.core.device.cpu;

import inkling.core.device.KernelChecks;
import inkling.core.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/// The gated unit and plain SiLU, forward and backward, row by row; one exponential per hidden unit.
final class SwiGluKernel {
    private static final int ROW_GRAIN = 16;
    private static final int PIECE = 1 << 14;

    private final WorkerPool pool;

    SwiGluKernel(WorkerPool pool) {
        this.pool = pool;
    }

    void forward(Tensor y, Tensor gateUp) {
        KernelChecks.swiGlu(y, gateUp);
        int width = y.columns();
        pool.runRanges(y.rows(), ROW_GRAIN, (from, to) -> {
            for (int row = from; row < to; row++) {
                gateRow(y.segment(), gateUp.segment(), row, width);
            }
        });
    }

    void backward(Tensor dGateUp, Tensor dy, Tensor gateUp) {
        KernelChecks.swiGlu(dy, gateUp);
        KernelChecks.swiGlu(dy, dGateUp);
        int width = dy.columns();
        pool.runRanges(dy.rows(), ROW_GRAIN, (from, to) -> {
            for (int row = from; row < to; row++) {
                gateRowBackward(dGateUp.segment(), dy.segment(), gateUp.segment(), row, width);
            }
        });
    }

    void silu(Tensor y, Tensor x) {
        KernelChecks.size("silu", "y", y, x.size());
        pool.runRanges(pieces(x), 1, (from, to) -> {
            long end = Math.min(x.size(), (from + 1L) * PIECE);
            long i = (long) from * PIECE;
            for (; i + Lanes.COUNT <= end; i += Lanes.COUNT) {
                FloatVector v = Lanes.load(x.segment(), i);
                Lanes.store(v.mul(Lanes.sigmoid(v)), y.segment(), i);
            }
            for (; i < end; i++) {
                float v = Lanes.get(x.segment(), i);
                Lanes.set(y.segment(), i, v * sigmoid(v));
            }
        });
    }

    void siluBackward(Tensor dx, Tensor dy, Tensor x) {
        KernelChecks.size("siluBackward", "dx", dx, x.size());
        KernelChecks.size("siluBackward", "dy", dy, x.size());
        pool.runRanges(pieces(x), 1, (from, to) -> {
            long end = Math.min(x.size(), (from + 1L) * PIECE);
            long i = (long) from * PIECE;
            for (; i + Lanes.COUNT <= end; i += Lanes.COUNT) {
                FloatVector v = Lanes.load(x.segment(), i);
                FloatVector s = Lanes.sigmoid(v);
                Lanes.store(Lanes.load(dy.segment(), i).mul(slope(v, s)), dx.segment(), i);
            }
            for (; i < end; i++) {
                float v = Lanes.get(x.segment(), i);
                float s = sigmoid(v);
                Lanes.set(dx.segment(), i, Lanes.get(dy.segment(), i) * s * (1 + v * (1 - s)));
            }
        });
    }

    private static void gateRow(MemorySegment y, MemorySegment gateUp, int row, int width) {
        long out = (long) row * width;
        long gateAt = 2 * out;
        long upAt = gateAt + width;
        int j = 0;
        for (; j + Lanes.COUNT <= width; j += Lanes.COUNT) {
            FloatVector gate = Lanes.load(gateUp, gateAt + j);
            FloatVector up = Lanes.load(gateUp, upAt + j);
            Lanes.store(gate.mul(Lanes.sigmoid(gate)).mul(up), y, out + j);
        }
        for (; j < width; j++) {
            float gate = Lanes.get(gateUp, gateAt + j);
            Lanes.set(y, out + j, gate * sigmoid(gate) * Lanes.get(gateUp, upAt + j));
        }
    }

    private static void gateRowBackward(
            MemorySegment dGateUp, MemorySegment dy, MemorySegment gateUp, int row, int width) {
        long out = (long) row * width;
        long gateAt = 2 * out;
        long upAt = gateAt + width;
        int j = 0;
        for (; j + Lanes.COUNT <= width; j += Lanes.COUNT) {
            FloatVector gate = Lanes.load(gateUp, gateAt + j);
            FloatVector up = Lanes.load(gateUp, upAt + j);
            FloatVector d = Lanes.load(dy, out + j);
            FloatVector s = Lanes.sigmoid(gate);
            Lanes.store(d.mul(up).mul(slope(gate, s)), dGateUp, gateAt + j);
            Lanes.store(d.mul(gate.mul(s)), dGateUp, upAt + j);
        }
        for (; j < width; j++) {
            float gate = Lanes.get(gateUp, gateAt + j);
            float up = Lanes.get(gateUp, upAt + j);
            float d = Lanes.get(dy, out + j);
            float s = sigmoid(gate);
            Lanes.set(dGateUp, gateAt + j, d * up * s * (1 + gate * (1 - s)));
            Lanes.set(dGateUp, upAt + j, d * gate * s);
        }
    }

    /// `σ(x)·(1 + x·(1 − σ(x)))`, the derivative of SiLU, given `s = σ(x)`.
    private static FloatVector slope(FloatVector x, FloatVector s) {
        FloatVector one = FloatVector.broadcast(Lanes.SPECIES, 1f);
        return s.mul(x.fma(one.sub(s), one));
    }

    private static float sigmoid(float x) {
        return (float) (1 / (1 + Math.exp(-x)));
    }

    private static int pieces(Tensor x) {
        return Math.toIntExact((x.size() + PIECE - 1) / PIECE);
    }
}
