package inkling.core.device.cpu;

import inkling.core.device.HeadLayout;
import inkling.core.device.KernelChecks;
import inkling.core.tensor.Ids;
import inkling.core.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;

/// Rotary embedding of neighbouring pairs `(2j, 2j+1)`, in place.
///
/// A vector holds whole pairs. With neighbours exchanged, `x' = swap(x)`, the rotation is `x·cos + x'·(∓sin)`: the
/// table's row `(cos, sin, cos, sin, …)` is spread to `(cos, cos, …)` and `(−sin, +sin, …)`.
final class RopeKernel {
    private static final VectorShuffle<Float> SWAP = VectorShuffle.fromOp(Lanes.SPECIES, i -> i ^ 1);
    private static final VectorShuffle<Float> EVEN = VectorShuffle.fromOp(Lanes.SPECIES, i -> i & ~1);
    private static final VectorShuffle<Float> ODD = VectorShuffle.fromOp(Lanes.SPECIES, i -> i | 1);
    private static final VectorMask<Float> FIRST_OF_PAIR = VectorMask.fromLong(Lanes.SPECIES, 0x5555_5555_5555_5555L);

    private final WorkerPool pool;

    RopeKernel(WorkerPool pool) {
        this.pool = pool;
    }

    void rope(Tensor x, Tensor angles, Ids positions, HeadLayout heads, boolean inverse) {
        KernelChecks.rope(x, angles, positions, heads);
        int width = heads.headWidth();
        int rotatedHeads = heads.queryHeads() + heads.keyValueHeads();
        pool.run(2 * x.size(), (worker, workers) -> {
            int last = WorkerPool.from(x.rows(), worker + 1, workers);
            for (int i = WorkerPool.from(x.rows(), worker, workers); i < last; i++) {
                long angle = 4L * positions.get(i) * width;
                long row = 4L * i * heads.fusedWidth();
                for (int h = 0; h < rotatedHeads; h++) {
                    rotate(x.segment(), row + 4L * h * width, angles.segment(), angle, width, inverse);
                }
            }
        });
    }

    private static void rotate(
            MemorySegment x, long at, MemorySegment angles, long angleAt, int width, boolean inverse) {
        VectorMask<Float> negated = inverse ? FIRST_OF_PAIR.not() : FIRST_OF_PAIR;
        int whole = Lanes.whole(width);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            FloatVector angle = Lanes.load(angles, angleAt + 4L * j);
            Lanes.store(rotated(Lanes.load(x, at + 4L * j), angle, negated), x, at + 4L * j);
        }
        if (whole < width) {
            VectorMask<Float> tail = Lanes.tail(width);
            FloatVector angle = Lanes.load(angles, angleAt + 4L * whole, tail);
            FloatVector value = Lanes.load(x, at + 4L * whole, tail);
            Lanes.store(rotated(value, angle, negated), x, at + 4L * whole, tail);
        }
    }

    private static FloatVector rotated(FloatVector x, FloatVector angle, VectorMask<Float> negated) {
        FloatVector sin = angle.rearrange(ODD);
        sin = sin.lanewise(VectorOperators.NEG, negated);
        return x.fma(angle.rearrange(EVEN), x.rearrange(SWAP).mul(sin));
    }
}
