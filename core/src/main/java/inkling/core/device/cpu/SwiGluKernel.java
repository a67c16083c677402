package inkling.core.device.cpu;

import inkling.core.device.KernelChecks;
import inkling.core.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/// The gated unit and plain SiLU, forward and backward, row by row; one exponential per hidden unit.
///
/// Behind an exponential the loops call the Vector API itself: the compiler takes in our own small methods only as
/// long as a loop has made fewer than 18,000 nodes, and a vector that goes into a method not taken in goes over the
/// heap (50 MB a step of model S).
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
        if (y.rows() == 1) {
            gateRow(y.segment(), gateUp.segment(), 0, width); // no region, which takes an object: a token's own step
            return;
        }
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
        if (x.size() <= PIECE) {
            siluRange(y.segment(), x.segment(), 0, x.size());
            return;
        }
        pool.run(pieces(x), (piece, worker) -> {
            long from = (long) piece * PIECE;
            siluRange(y.segment(), x.segment(), from, Math.min(x.size(), from + PIECE));
        });
    }

    void siluBackward(Tensor dx, Tensor dy, Tensor x) {
        KernelChecks.size("siluBackward", "dx", dx, x.size());
        KernelChecks.size("siluBackward", "dy", dy, x.size());
        pool.run(pieces(x), (piece, worker) -> {
            long from = (long) piece * PIECE;
            siluRangeBackward(dx.segment(), dy.segment(), x.segment(), from, Math.min(x.size(), from + PIECE));
        });
    }

    private static void siluRange(MemorySegment y, MemorySegment x, long from, long end) {
        long i = from;
        for (; i + Lanes.COUNT <= end; i += Lanes.COUNT) {
            FloatVector v = Lanes.load(x, i);
            v.mul(Lanes.sigmoid(v)).intoMemorySegment(y, 4 * i, Lanes.ORDER);
        }
        for (; i < end; i++) {
            float v = Lanes.get(x, i);
            Lanes.set(y, i, v * sigmoid(v));
        }
    }

    private static void siluRangeBackward(MemorySegment dx, MemorySegment dy, MemorySegment x, long from, long end) {
        long i = from;
        for (; i + Lanes.COUNT <= end; i += Lanes.COUNT) {
            FloatVector v = Lanes.load(x, i);
            FloatVector s = Lanes.sigmoid(v);
            FloatVector one = FloatVector.broadcast(Lanes.SPECIES, 1f);
            FloatVector slope = s.mul(v.fma(one.sub(s), one));
            FloatVector d = FloatVector.fromMemorySegment(Lanes.SPECIES, dy, 4 * i, Lanes.ORDER);
            d.mul(slope).intoMemorySegment(dx, 4 * i, Lanes.ORDER);
        }
        for (; i < end; i++) {
            float v = Lanes.get(x, i);
            float s = sigmoid(v);
            Lanes.set(dx, i, Lanes.get(dy, i) * s * (1 + v * (1 - s)));
        }
    }

    private static void gateRow(MemorySegment y, MemorySegment gateUp, int row, int width) {
        long out = (long) row * width;
        long gateAt = 2 * out;
        long upAt = gateAt + width;
        int j = 0;
        for (; j + Lanes.COUNT <= width; j += Lanes.COUNT) {
            FloatVector gate = Lanes.load(gateUp, gateAt + j);
            FloatVector silu = gate.mul(Lanes.sigmoid(gate));
            FloatVector up = FloatVector.fromMemorySegment(Lanes.SPECIES, gateUp, 4 * (upAt + j), Lanes.ORDER);
            silu.mul(up).intoMemorySegment(y, 4 * (out + j), Lanes.ORDER);
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
            FloatVector s = Lanes.sigmoid(gate);
            FloatVector one = FloatVector.broadcast(Lanes.SPECIES, 1f);
            FloatVector slope = s.mul(gate.fma(one.sub(s), one)); // σ(x)·(1 + x·(1 − σ(x))), the derivative of SiLU
            FloatVector up = FloatVector.fromMemorySegment(Lanes.SPECIES, gateUp, 4 * (upAt + j), Lanes.ORDER);
            FloatVector d = FloatVector.fromMemorySegment(Lanes.SPECIES, dy, 4 * (out + j), Lanes.ORDER);
            d.mul(up).mul(slope).intoMemorySegment(dGateUp, 4 * (gateAt + j), Lanes.ORDER);
            d.mul(gate.mul(s)).intoMemorySegment(dGateUp, 4 * (upAt + j), Lanes.ORDER);
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

    private static float sigmoid(float x) {
        return (float) (1 / (1 + Math.exp(-x)));
    }

    private static int pieces(Tensor x) {
        return Math.toIntExact((x.size() + PIECE - 1) / PIECE);
    }
}
