package inkling.core.device.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/// Brings rows of `A` that lie side by side in memory into the order in which [FiveRowTile] reads them.
///
/// Eight steps of five rows at a time: four rows exchange lanes as in [Transposition], of the fifth every float is
/// moved by itself. What the four leave is two steps in each vector, which leaves twice, the second time turned:
///
/// ```
/// a0 a1 a2 a3 a4 a5 a6 a7          a0 b0 c0 d0 a4 b4 c4 d4   ──▶  step 0: a0 b0 c0 d0 e0 ·  ·  ·
/// b0 b1 b2 b3 b4 b5 b6 b7          a1 b1 c1 d1 a5 b5 c5 d5        step 1: a1 b1 c1 d1 e1 ·  ·  ·
/// c0 c1 c2 c3 c4 c5 c6 c7   ──▶    a2 b2 c2 d2 a6 b6 c6 d6        …
/// d0 d1 d2 d3 d4 d5 d6 d7          a3 b3 c3 d3 a7 b7 c7 d7        step 4: a4 b4 c4 d4 e4 ·  ·  ·
/// ```
final class FiveRowPacking {
    /// Steps that are moved together: one for each lane.
    private static final int STEPS = 8;

    private static final int ROWS = 5;
    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    private static final int L = Lanes.COUNT;
    private static final ByteOrder O = ByteOrder.LITTLE_ENDIAN;
    private static final ValueLayout.OfFloat F = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final VectorShuffle<Float> UP_1 = turned(1);
    private static final VectorShuffle<Float> UP_2 = turned(2);
    private static final VectorShuffle<Float> UP_4 = turned(4);
    private static final VectorShuffle<Float> DOWN_1 = turned(-1);
    private static final VectorShuffle<Float> DOWN_2 = turned(-2);
    private static final VectorMask<Float> HIGH_1 = VectorMask.fromLong(S, 0xAAAA_AAAAL);
    private static final VectorMask<Float> HIGH_2 = VectorMask.fromLong(S, 0xCCCC_CCCCL);

    private FiveRowPacking() {}

    private static VectorShuffle<Float> turned(int distance) {
        return VectorShuffle.fromOp(S, lane -> Math.floorMod(lane + distance, L));
    }

    /// Cuts the rows of `from` into tiles of five, `tileBytes` apart, rows of a tile side by side, steps
    /// [Packing#STEP_BYTES] apart. Beyond the last row stands whatever was there.
    static void tiles(MemorySegment to, long tileBytes, Packing.Piece from) {
        for (int row = 0; row < from.rows; row += ROWS) {
            long target = row / ROWS * tileBytes;
            long source = from.at + row * from.rowBytes;
            int rows = Math.min(ROWS, from.rows - row);
            int done = 0;
            if (rows == ROWS && L == STEPS) {
                done = from.columns - from.columns % STEPS;
                eights(to, target, from, source, done);
            }
            for (int p = done; p < from.columns; p++) {
                for (int i = 0; i < rows; i++) {
                    float value = from.segment.get(F, source + i * from.rowBytes + 4L * p);
                    to.set(F, target + Packing.STEP_BYTES * p + 4L * i, value);
                }
            }
        }
    }

    private static void eights(MemorySegment to, long toAt, Packing.Piece from, long at, int steps) {
        long source = AllMemory.at(from.segment, at, ROWS, from.rowBytes, 4L * steps);
        long target = AllMemory.at(to, toAt, steps * Packing.STEP_BYTES);
        for (int p = 0; p < steps; p += STEPS) {
            eight(to, target + p * Packing.STEP_BYTES, from.segment, source + 4L * p, from.rowBytes);
        }
    }

    /// A method of its own, since many calls are what it takes to be compiled early.
    private static void eight(MemorySegment to, long toAt, MemorySegment from, long at, long rowBytes) {
        MemorySegment input = AllMemory.GRANTED ? AllMemory.ALL : from;
        long source = at & AllMemory.ADDRESSES;
        long row = rowBytes & AllMemory.DISTANCES;
        FloatVector a = FloatVector.fromMemorySegment(S, input, source, O);
        FloatVector b = FloatVector.fromMemorySegment(S, input, source + row, O);
        FloatVector c = FloatVector.fromMemorySegment(S, input, source + 2 * row, O);
        FloatVector d = FloatVector.fromMemorySegment(S, input, source + 3 * row, O);
        FloatVector a1 = a.blend(b.rearrange(DOWN_1), HIGH_1);
        FloatVector b1 = a.rearrange(UP_1).blend(b, HIGH_1);
        FloatVector c1 = c.blend(d.rearrange(DOWN_1), HIGH_1);
        FloatVector d1 = c.rearrange(UP_1).blend(d, HIGH_1);
        FloatVector s0 = a1.blend(c1.rearrange(DOWN_2), HIGH_2);
        FloatVector s1 = b1.blend(d1.rearrange(DOWN_2), HIGH_2);
        FloatVector s2 = a1.rearrange(UP_2).blend(c1, HIGH_2);
        FloatVector s3 = b1.rearrange(UP_2).blend(d1, HIGH_2);
        MemorySegment output = AllMemory.GRANTED ? AllMemory.ALL : to;
        long target = toAt & AllMemory.ADDRESSES;
        long e = source + 4 * row;
        s0.intoMemorySegment(output, target, O);
        output.set(F, target + 16, input.get(F, e));
        s1.intoMemorySegment(output, target + 32, O);
        output.set(F, target + 32 + 16, input.get(F, e + 4));
        s2.intoMemorySegment(output, target + 64, O);
        output.set(F, target + 64 + 16, input.get(F, e + 8));
        s3.intoMemorySegment(output, target + 96, O);
        output.set(F, target + 96 + 16, input.get(F, e + 12));
        s0.rearrange(UP_4).intoMemorySegment(output, target + 128, O);
        output.set(F, target + 128 + 16, input.get(F, e + 16));
        s1.rearrange(UP_4).intoMemorySegment(output, target + 160, O);
        output.set(F, target + 160 + 16, input.get(F, e + 20));
        s2.rearrange(UP_4).intoMemorySegment(output, target + 192, O);
        output.set(F, target + 192 + 16, input.get(F, e + 24));
        s3.rearrange(UP_4).intoMemorySegment(output, target + 224, O);
        output.set(F, target + 224 + 16, input.get(F, e + 28));
    }
}
