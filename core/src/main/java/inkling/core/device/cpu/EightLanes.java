package inkling.core.device.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/// The loops of [Transposition] and [FiveRowPacking] where vectors have eight lanes: blocks side by side, so that what
/// tells lanes where to go is fetched once for several.
///
/// ```
///  four rows of 8 floats          [#four]: two steps in each         [#exchange]: with four more rows
/// a0 a1 a2 a3 a4 a5 a6 a7        a0 b0 c0 d0  a4 b4 c4 d4           a0 b0 c0 d0  e0 f0 g0 h0
/// b0 b1 b2 b3 b4 b5 b6 b7        a1 b1 c1 d1  a5 b5 c5 d5           …
/// c0 c1 c2 c3 c4 c5 c6 c7  ──▶   a2 b2 c2 d2  a6 b6 c6 d6
/// d0 d1 d2 d3 d4 d5 d6 d7        a3 b3 c3 d3  a7 b7 c7 d7           [#turn]: without
///                                                                   step 4: a4 b4 c4 d4  ·  ·  ·  ·
/// ```
///
/// Places come from [AllMemory#at]; offsets and strides are in bytes. A method takes few blocks at a time: many calls
/// are what it takes to be compiled early. With 16 lanes [Transposition] takes one block at a time; a loop was not
/// measured there.
final class EightLanes {
    /// Blocks that a call takes.
    static final int BLOCKS = 8;

    /// Whether these loops are of use here.
    static final boolean EXIST = Lanes.COUNT == 8;

    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    private static final int L = 8;
    private static final long V = L * (long) Float.BYTES;
    private static final ByteOrder O = ByteOrder.LITTLE_ENDIAN;
    private static final ValueLayout.OfFloat F = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final VectorShuffle<Float> UP_1 = turned(1);
    private static final VectorShuffle<Float> UP_2 = turned(2);
    private static final VectorShuffle<Float> UP_4 = turned(4);
    private static final VectorShuffle<Float> DOWN_1 = turned(-1);
    private static final VectorShuffle<Float> DOWN_2 = turned(-2);
    private static final VectorMask<Float> HIGH_1 = VectorMask.fromLong(S, 0xAAAA_AAAAL);
    private static final VectorMask<Float> HIGH_2 = VectorMask.fromLong(S, 0xCCCC_CCCCL);
    private static final VectorMask<Float> HIGH_4 = VectorMask.fromLong(S, 0xF0F0_F0F0L);

    private EightLanes() {}

    private static VectorShuffle<Float> turned(int distance) {
        return VectorShuffle.fromOp(S, lane -> Math.floorMod(lane + distance, S.length()));
    }

    /// Exchanges lanes among four rows, `count` blocks of eight columns; blocks of the result are below each other.
    static void four(MemorySegment to, long toAt, long toStep, MemorySegment from, long at, long step, int count) {
        MemorySegment input = AllMemory.GRANTED ? AllMemory.ALL : from;
        MemorySegment output = AllMemory.GRANTED ? AllMemory.ALL : to;
        long first = at & AllMemory.ADDRESSES;
        long row = step & AllMemory.DISTANCES;
        long firstTarget = toAt & AllMemory.ADDRESSES;
        long toRow = toStep & AllMemory.DISTANCES;
        int end = count & AllMemory.COUNTS;
        for (int i = 0; i < end; i++) {
            long source = first + V * i;
            FloatVector a = FloatVector.fromMemorySegment(S, input, source, O);
            FloatVector b = FloatVector.fromMemorySegment(S, input, source + row, O);
            FloatVector c = FloatVector.fromMemorySegment(S, input, source + 2 * row, O);
            FloatVector d = FloatVector.fromMemorySegment(S, input, source + 3 * row, O);
            FloatVector a1 = a.blend(b.rearrange(DOWN_1), HIGH_1);
            FloatVector b1 = a.rearrange(UP_1).blend(b, HIGH_1);
            FloatVector c1 = c.blend(d.rearrange(DOWN_1), HIGH_1);
            FloatVector d1 = c.rearrange(UP_1).blend(d, HIGH_1);
            long target = firstTarget + L * toRow * i;
            a1.blend(c1.rearrange(DOWN_2), HIGH_2).intoMemorySegment(output, target, O);
            b1.blend(d1.rearrange(DOWN_2), HIGH_2).intoMemorySegment(output, target + toRow, O);
            a1.rearrange(UP_2).blend(c1, HIGH_2).intoMemorySegment(output, target + 2 * toRow, O);
            b1.rearrange(UP_2).blend(d1, HIGH_2).intoMemorySegment(output, target + 3 * toRow, O);
        }
    }

    /// In each of `count` blocks of eight rows, rows `i` and `i + 4` exchange halves.
    static void exchange(MemorySegment to, long toAt, long toStep, int count) {
        MemorySegment memory = AllMemory.GRANTED ? AllMemory.ALL : to;
        long first = toAt & AllMemory.ADDRESSES;
        long row = toStep & AllMemory.DISTANCES;
        int end = 4 * count & AllMemory.COUNTS;
        for (int i = 0; i < end; i++) {
            long at = first + row * (i + (i & ~3));
            FloatVector a = FloatVector.fromMemorySegment(S, memory, at, O);
            FloatVector b = FloatVector.fromMemorySegment(S, memory, at + 4 * row, O);
            a.blend(b.rearrange(UP_4), HIGH_4).intoMemorySegment(memory, at, O);
            a.rearrange(UP_4).blend(b, HIGH_4).intoMemorySegment(memory, at + 4 * row, O);
        }
    }

    /// In each of `count` blocks of eight rows, row `i + 4` becomes row `i` with its halves exchanged.
    static void turn(MemorySegment to, long toAt, long toStep, int count) {
        MemorySegment memory = AllMemory.GRANTED ? AllMemory.ALL : to;
        long first = toAt & AllMemory.ADDRESSES;
        long row = toStep & AllMemory.DISTANCES;
        int end = 4 * count & AllMemory.COUNTS;
        for (int i = 0; i < end; i++) {
            long at = first + row * (i + (i & ~3));
            FloatVector.fromMemorySegment(S, memory, at, O).rearrange(UP_4).intoMemorySegment(memory, at + 4 * row, O);
        }
    }

    /// Moves floats that lie side by side to places `toStep` apart.
    static void spread(MemorySegment to, long toAt, long toStep, MemorySegment from, long at, int count) {
        MemorySegment input = AllMemory.GRANTED ? AllMemory.ALL : from;
        MemorySegment output = AllMemory.GRANTED ? AllMemory.ALL : to;
        long source = at & AllMemory.ADDRESSES;
        long target = toAt & AllMemory.ADDRESSES;
        long step = toStep & AllMemory.DISTANCES;
        int end = count & AllMemory.COUNTS;
        for (int i = 0; i < end; i++) {
            output.set(F, target + step * i, input.get(F, source + 4L * i));
        }
    }
}
