package inkling.core.device.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// The narrow tile of [MicroKernel]: 6 rows × 2 vectors, 12 accumulators in registers. Written like [WideTile].
final class NarrowTile {
    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    private static final int L = Lanes.COUNT;
    private static final int AT = MicroKernel.TILE_AT;
    private static final long V = (long) Lanes.COUNT * Float.BYTES;
    private static final ByteOrder O = ByteOrder.LITTLE_ENDIAN;
    private static final ValueLayout.OfFloat F = ValueLayout.JAVA_FLOAT_UNALIGNED;

    private NarrowTile() {}

    /// `a` is read in place: rows `aRow` bytes apart, steps of the sum side by side.
    static void rows(float[] tile, MemorySegment a, long aAt, long aRow, MemorySegment b, long bAt, int steps) {
        FloatVector c00 = FloatVector.zero(S);
        FloatVector c01 = FloatVector.zero(S);
        FloatVector c10 = FloatVector.zero(S);
        FloatVector c11 = FloatVector.zero(S);
        FloatVector c20 = FloatVector.zero(S);
        FloatVector c21 = FloatVector.zero(S);
        FloatVector c30 = FloatVector.zero(S);
        FloatVector c31 = FloatVector.zero(S);
        FloatVector c40 = FloatVector.zero(S);
        FloatVector c41 = FloatVector.zero(S);
        FloatVector c50 = FloatVector.zero(S);
        FloatVector c51 = FloatVector.zero(S);
        MemorySegment left = AllMemory.GRANTED ? AllMemory.ALL : a;
        MemorySegment right = AllMemory.GRANTED ? AllMemory.ALL : b;
        long from = aAt & AllMemory.ADDRESSES;
        long row = aRow & AllMemory.DISTANCES;
        long panel = bAt & AllMemory.ADDRESSES;
        int end = steps & AllMemory.COUNTS;
        for (int p = 0; p < end; p++) {
            long bp = panel + p * 2L * V;
            FloatVector b0 = FloatVector.fromMemorySegment(S, right, bp, O);
            FloatVector b1 = FloatVector.fromMemorySegment(S, right, bp + V, O);
            long ap = from + 4L * p;
            FloatVector x;
            x = FloatVector.broadcast(S, left.get(F, ap));
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            x = FloatVector.broadcast(S, left.get(F, ap + row));
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            x = FloatVector.broadcast(S, left.get(F, ap + 2 * row));
            c20 = x.fma(b0, c20);
            c21 = x.fma(b1, c21);
            x = FloatVector.broadcast(S, left.get(F, ap + 3 * row));
            c30 = x.fma(b0, c30);
            c31 = x.fma(b1, c31);
            x = FloatVector.broadcast(S, left.get(F, ap + 4 * row));
            c40 = x.fma(b0, c40);
            c41 = x.fma(b1, c41);
            x = FloatVector.broadcast(S, left.get(F, ap + 5 * row));
            c50 = x.fma(b0, c50);
            c51 = x.fma(b1, c51);
        }
        c00.intoArray(tile, AT);
        c01.intoArray(tile, AT + L);
        c10.intoArray(tile, AT + 2 * L);
        c11.intoArray(tile, AT + 3 * L);
        c20.intoArray(tile, AT + 4 * L);
        c21.intoArray(tile, AT + 5 * L);
        c30.intoArray(tile, AT + 6 * L);
        c31.intoArray(tile, AT + 7 * L);
        c40.intoArray(tile, AT + 8 * L);
        c41.intoArray(tile, AT + 9 * L);
        c50.intoArray(tile, AT + 10 * L);
        c51.intoArray(tile, AT + 11 * L);
    }

    /// The six elements of a step of `a` lie side by side, steps are `aStep` bytes apart, those of `b` `bStep`;
    /// where all memory is not granted both are packed.
    static void columns(
            float[] tile, MemorySegment a, long aAt, long aStep, MemorySegment b, long bAt, long bStep, int steps) {
        FloatVector c00 = FloatVector.zero(S);
        FloatVector c01 = FloatVector.zero(S);
        FloatVector c10 = FloatVector.zero(S);
        FloatVector c11 = FloatVector.zero(S);
        FloatVector c20 = FloatVector.zero(S);
        FloatVector c21 = FloatVector.zero(S);
        FloatVector c30 = FloatVector.zero(S);
        FloatVector c31 = FloatVector.zero(S);
        FloatVector c40 = FloatVector.zero(S);
        FloatVector c41 = FloatVector.zero(S);
        FloatVector c50 = FloatVector.zero(S);
        FloatVector c51 = FloatVector.zero(S);
        MemorySegment left = AllMemory.GRANTED ? AllMemory.ALL : a;
        MemorySegment right = AllMemory.GRANTED ? AllMemory.ALL : b;
        long from = aAt & AllMemory.ADDRESSES;
        long panel = bAt & AllMemory.ADDRESSES;
        long stepOfA = AllMemory.GRANTED ? aStep & AllMemory.DISTANCES : Packing.STEP_BYTES;
        long stepOfB = AllMemory.GRANTED ? bStep & AllMemory.DISTANCES : 2L * V;
        int end = steps & AllMemory.COUNTS;
        for (int p = 0; p < end; p++) {
            long bp = panel + p * stepOfB;
            FloatVector b0 = FloatVector.fromMemorySegment(S, right, bp, O);
            FloatVector b1 = FloatVector.fromMemorySegment(S, right, bp + V, O);
            long ap = from + p * stepOfA;
            FloatVector x;
            x = FloatVector.broadcast(S, left.get(F, ap));
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            x = FloatVector.broadcast(S, left.get(F, ap + 4));
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            x = FloatVector.broadcast(S, left.get(F, ap + 8));
            c20 = x.fma(b0, c20);
            c21 = x.fma(b1, c21);
            x = FloatVector.broadcast(S, left.get(F, ap + 12));
            c30 = x.fma(b0, c30);
            c31 = x.fma(b1, c31);
            x = FloatVector.broadcast(S, left.get(F, ap + 16));
            c40 = x.fma(b0, c40);
            c41 = x.fma(b1, c41);
            x = FloatVector.broadcast(S, left.get(F, ap + 20));
            c50 = x.fma(b0, c50);
            c51 = x.fma(b1, c51);
        }
        c00.intoArray(tile, AT);
        c01.intoArray(tile, AT + L);
        c10.intoArray(tile, AT + 2 * L);
        c11.intoArray(tile, AT + 3 * L);
        c20.intoArray(tile, AT + 4 * L);
        c21.intoArray(tile, AT + 5 * L);
        c30.intoArray(tile, AT + 6 * L);
        c31.intoArray(tile, AT + 7 * L);
        c40.intoArray(tile, AT + 8 * L);
        c41.intoArray(tile, AT + 9 * L);
        c50.intoArray(tile, AT + 10 * L);
        c51.intoArray(tile, AT + 11 * L);
    }
}
