package inkling.core.device.cpu;

import inkling.core.device.HeadLayout;
import inkling.core.device.KernelChecks;
import inkling.core.tensor.Ids;
import inkling.core.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/// Rotary position embedding, in place on the query and key heads of fused rows.
///
/// The table holds `cos, sin, cos, sin, …` as the pairs lie, so one load serves both: with the neighbours swapped,
///
/// ```
/// x        a0  b0  a1  b1        y = x ∘ (c c) + swap(x) ∘ (−s +s)
/// swap(x)  b0  a0  b1  a1
/// ```
final class RopeKernel {
    private static final int ROW_GRAIN = 32;

    private static final VectorShuffle<Float> SWAP = VectorShuffle.fromOp(Lanes.SPECIES, i -> i ^ 1);
    private static final VectorShuffle<Float> EVEN = VectorShuffle.fromOp(Lanes.SPECIES, i -> i & ~1);
    private static final VectorShuffle<Float> ODD = VectorShuffle.fromOp(Lanes.SPECIES, i -> i | 1);
    private static final VectorMask<Float> FIRST_OF_PAIR =
            VectorMask.fromLong(Lanes.SPECIES, 0x5555555555555555L & -1L >>> (64 - Lanes.COUNT));

    private final WorkerPool pool;

    RopeKernel(WorkerPool pool) {
        this.pool = pool;
    }

    void rotate(Tensor x, Tensor angles, Ids positions, HeadLayout heads, boolean inverse) {
        KernelChecks.rope(x, angles, positions, heads);
        float sign = inverse ? -1f : 1f;
        if (x.rows() == 1) {
            rotateRow(x, angles, positions, heads, sign, 0); // no region, which takes an object: a token's own step
            return;
        }
        pool.runRanges(x.rows(), ROW_GRAIN, (from, to) -> {
            for (int row = from; row < to; row++) {
                rotateRow(x, angles, positions, heads, sign, row);
            }
        });
    }

    private static void rotateRow(Tensor x, Tensor angles, Ids positions, HeadLayout heads, float sign, int row) {
        int rotated = heads.queryHeads() + heads.keyValueHeads();
        int width = heads.headWidth();
        long angle = (long) positions.get(row) * width;
        for (int head = 0; head < rotated; head++) {
            long at = (long) row * x.columns() + (long) head * width;
            rotateHead(x.segment(), at, angles.segment(), angle, width, sign);
        }
    }

    private static void rotateHead(MemorySegment x, long at, MemorySegment angles, long angle, int width, float sign) {
        int j = 0;
        for (; j + Lanes.COUNT <= width; j += Lanes.COUNT) {
            FloatVector cosSin = Lanes.load(angles, angle + j);
            FloatVector v = Lanes.load(x, at + j);
            FloatVector sine = cosSin.rearrange(ODD).mul(sign);
            FloatVector signed = sine.blend(sine.neg(), FIRST_OF_PAIR);
            Lanes.store(v.rearrange(SWAP).fma(signed, v.mul(cosSin.rearrange(EVEN))), x, at + j);
        }
        for (; j < width; j += 2) {
            float cos = Lanes.get(angles, angle + j);
            float sin = sign * Lanes.get(angles, angle + j + 1);
            float a = Lanes.get(x, at + j);
            float b = Lanes.get(x, at + j + 1);
            Lanes.set(x, at + j, a * cos - b * sin);
            Lanes.set(x, at + j + 1, a * sin + b * cos);
        }
    }
}
