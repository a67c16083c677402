package inkling.core.device.cpu;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// What one worker uses to multiply tiles for attention, and the row-wise steps between the products.
final class AttentionTiles {
    final float[] tile = MicroKernel.newTile();
    final MicroKernel.Operand a = new MicroKernel.Operand();
    final MicroKernel.Operand b = new MicroKernel.Operand();
    final MicroKernel.Target target = new MicroKernel.Target();

    /// For each row of a tile, one over the sum of its exponentials.
    final float[] inverseSums = new float[MicroKernel.ROWS];

    /// Multiplies every row of the tile with its [#inverseSums].
    void scaleRows(int tileWidth) {
        for (int i = 0; i < MicroKernel.ROWS; i++) {
            for (int j = 0; j < tileWidth; j++) {
                tile[i * tileWidth + j] *= inverseSums[i];
            }
        }
    }

    /// One tile of products of 6 rows with all keys up to `length`: `scores = rows · transposedᵀ`.
    ///
    /// `rows` lie in `memory` at `rowsAt`, each `paddedWidth` long; `transposed` is `K × columns`; `scores` has
    /// `scoresStride` bytes a row.
    void scores(MemorySegment memory, long scoresAt, long scoresStride, long rowsAt, long transposedAt, Extent extent) {
        AttentionPlan plan = extent.plan;
        int tileWidth = MicroKernel.WIDE * Lanes.COUNT;
        a.set(memory, rowsAt, 4L * plan.paddedWidth(), 4);
        for (int s = 0; s < extent.length; s += tileWidth) {
            b.set(memory, transposedAt + 4L * s, 0, 4L * plan.columns());
            MicroKernel.run(MicroKernel.WIDE, tile, a, b, plan.width());
            target.set(memory, scoresAt + 4L * s, scoresStride, MicroKernel.ROWS, tileWidth);
            MicroKernel.write(target, tile, MicroKernel.WIDE, false);
        }
    }

    /// How far a tile of queries sees.
    ///
    /// @param plan sizes
    /// @param length keys that any query of the tile sees
    record Extent(AttentionPlan plan, int length) {}

    /// `row[s] = e^(scale·(row[s] − max))` for `s < count`, zeros up to `end`; returns their sum.
    static float softmaxRow(MemorySegment memory, long at, int count, int end, float scale, float max) {
        FloatVector factor = Lanes.all(scale);
        FloatVector offset = Lanes.all(-scale * max);
        FloatVector sum = FloatVector.zero(Lanes.SPECIES);
        int whole = Lanes.whole(count);
        for (int s = 0; s < whole; s += Lanes.COUNT) {
            FloatVector e = VectorMath.exp(Lanes.load(memory, at + 4L * s).fma(factor, offset));
            sum = sum.add(e);
            Lanes.store(e, memory, at + 4L * s);
        }
        VectorMask<Float> tail = Lanes.tail(count);
        if (whole < count) {
            FloatVector e = VectorMath.exp(Lanes.load(memory, at + 4L * whole).fma(factor, offset));
            e = FloatVector.zero(Lanes.SPECIES).blend(e, tail);
            sum = sum.add(e);
            Lanes.store(e, memory, at + 4L * whole);
        }
        clear(memory, at, Lanes.roundUp(count, Lanes.COUNT), end);
        return sum.reduceLanes(VectorOperators.ADD);
    }

    /// `p[s] = e^(scale·p[s] − logSumExp)`, `d[s] = p[s]·(d[s] − delta)·scale` for `s < count`, zeros up to `end`.
    static void backwardRow(MemorySegment memory, long pAt, long dAt, int count, int end, Row row) {
        FloatVector factor = Lanes.all(row.scale);
        FloatVector offset = Lanes.all(-row.logSumExp);
        FloatVector delta = Lanes.all(row.delta);
        int whole = Lanes.whole(count);
        for (int s = 0; s < whole; s += Lanes.COUNT) {
            FloatVector p = VectorMath.exp(Lanes.load(memory, pAt + 4L * s).fma(factor, offset));
            FloatVector d = Lanes.load(memory, dAt + 4L * s).sub(delta).mul(p.mul(factor));
            Lanes.store(p, memory, pAt + 4L * s);
            Lanes.store(d, memory, dAt + 4L * s);
        }
        if (whole < count) {
            VectorMask<Float> tail = Lanes.tail(count);
            FloatVector zero = FloatVector.zero(Lanes.SPECIES);
            FloatVector p = VectorMath.exp(Lanes.load(memory, pAt + 4L * whole).fma(factor, offset));
            FloatVector d = Lanes.load(memory, dAt + 4L * whole).sub(delta).mul(p.mul(factor));
            Lanes.store(zero.blend(p, tail), memory, pAt + 4L * whole);
            Lanes.store(zero.blend(d, tail), memory, dAt + 4L * whole);
        }
        clear(memory, pAt, Lanes.roundUp(count, Lanes.COUNT), end);
        clear(memory, dAt, Lanes.roundUp(count, Lanes.COUNT), end);
    }

    /// What the backward pass knows of a query.
    ///
    /// @param scale `1/√K`
    /// @param logSumExp saved by the forward pass
    /// @param delta `dy · y`
    record Row(float scale, float logSumExp, float delta) {}

    private static void clear(MemorySegment memory, long at, int from, int end) {
        for (int s = from; s < end; s += Lanes.COUNT) {
            Lanes.store(FloatVector.zero(Lanes.SPECIES), memory, at + 4L * s);
        }
    }
}
