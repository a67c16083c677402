package inkling.core.device.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// The wide tile of [MicroKernel] that packs `b` on its way: the first tile that meets a panel reads it in place and
/// leaves it packed for all others.
///
/// Stores have ports of their own, and a step of 24 multiply-adds has room for four of them. On a Zen 5, panels of 512
/// steps, rows of 5 KB in the outer cache: packing takes 4.6 µs a panel and a tile 1.9, this tile 3.6 instead of both.
/// Written like [WideTile]; only where all memory is granted.
final class PackingTile {
    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    private static final int L = Lanes.COUNT;
    private static final int AT = MicroKernel.TILE_AT;
    private static final long V = (long) Lanes.COUNT * Float.BYTES;
    private static final ByteOrder O = ByteOrder.LITTLE_ENDIAN;
    private static final ValueLayout.OfFloat F = ValueLayout.JAVA_FLOAT_UNALIGNED;

    /// Vectors of a tile, and of a panel.
    static final int VECTORS = 4;

    /// Whether there are registers and memory for it.
    static final boolean EXISTS = AllMemory.GRANTED && MicroKernel.WIDE == VECTORS;

    /// Bytes of a step of a panel.
    static final long STEP_BYTES = VECTORS * V;

    private PackingTile() {}

    /// `a` is packed; steps of `b` are `bStep` bytes apart, and are put side by side at `toAt`. Places come from
    /// [AllMemory#at].
    static void columns(float[] tile, long aAt, long bAt, long bStep, long toAt, int steps) {
        FloatVector c00 = FloatVector.zero(S);
        FloatVector c01 = FloatVector.zero(S);
        FloatVector c02 = FloatVector.zero(S);
        FloatVector c03 = FloatVector.zero(S);
        FloatVector c10 = FloatVector.zero(S);
        FloatVector c11 = FloatVector.zero(S);
        FloatVector c12 = FloatVector.zero(S);
        FloatVector c13 = FloatVector.zero(S);
        FloatVector c20 = FloatVector.zero(S);
        FloatVector c21 = FloatVector.zero(S);
        FloatVector c22 = FloatVector.zero(S);
        FloatVector c23 = FloatVector.zero(S);
        FloatVector c30 = FloatVector.zero(S);
        FloatVector c31 = FloatVector.zero(S);
        FloatVector c32 = FloatVector.zero(S);
        FloatVector c33 = FloatVector.zero(S);
        FloatVector c40 = FloatVector.zero(S);
        FloatVector c41 = FloatVector.zero(S);
        FloatVector c42 = FloatVector.zero(S);
        FloatVector c43 = FloatVector.zero(S);
        FloatVector c50 = FloatVector.zero(S);
        FloatVector c51 = FloatVector.zero(S);
        FloatVector c52 = FloatVector.zero(S);
        FloatVector c53 = FloatVector.zero(S);
        MemorySegment memory = AllMemory.ALL;
        long from = aAt & AllMemory.ADDRESSES;
        long row = bAt & AllMemory.ADDRESSES;
        long rowStep = bStep & AllMemory.DISTANCES;
        long panel = toAt & AllMemory.ADDRESSES;
        int end = steps & AllMemory.COUNTS;
        for (int p = 0; p < end; p++) {
            long bp = row + p * rowStep;
            long target = panel + p * STEP_BYTES;
            FloatVector b0 = FloatVector.fromMemorySegment(S, memory, bp, O);
            b0.intoMemorySegment(memory, target, O);
            FloatVector b1 = FloatVector.fromMemorySegment(S, memory, bp + V, O);
            b1.intoMemorySegment(memory, target + V, O);
            FloatVector b2 = FloatVector.fromMemorySegment(S, memory, bp + 2 * V, O);
            b2.intoMemorySegment(memory, target + 2 * V, O);
            FloatVector b3 = FloatVector.fromMemorySegment(S, memory, bp + 3 * V, O);
            b3.intoMemorySegment(memory, target + 3 * V, O);
            long ap = from + p * Packing.STEP_BYTES;
            FloatVector x;
            x = FloatVector.broadcast(S, memory.get(F, ap));
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            c02 = x.fma(b2, c02);
            c03 = x.fma(b3, c03);
            x = FloatVector.broadcast(S, memory.get(F, ap + 4));
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            c12 = x.fma(b2, c12);
            c13 = x.fma(b3, c13);
            x = FloatVector.broadcast(S, memory.get(F, ap + 8));
            c20 = x.fma(b0, c20);
            c21 = x.fma(b1, c21);
            c22 = x.fma(b2, c22);
            c23 = x.fma(b3, c23);
            x = FloatVector.broadcast(S, memory.get(F, ap + 12));
            c30 = x.fma(b0, c30);
            c31 = x.fma(b1, c31);
            c32 = x.fma(b2, c32);
            c33 = x.fma(b3, c33);
            x = FloatVector.broadcast(S, memory.get(F, ap + 16));
            c40 = x.fma(b0, c40);
            c41 = x.fma(b1, c41);
            c42 = x.fma(b2, c42);
            c43 = x.fma(b3, c43);
            x = FloatVector.broadcast(S, memory.get(F, ap + 20));
            c50 = x.fma(b0, c50);
            c51 = x.fma(b1, c51);
            c52 = x.fma(b2, c52);
            c53 = x.fma(b3, c53);
        }
        c00.intoArray(tile, AT);
        c01.intoArray(tile, AT + L);
        c02.intoArray(tile, AT + 2 * L);
        c03.intoArray(tile, AT + 3 * L);
        c10.intoArray(tile, AT + 4 * L);
        c11.intoArray(tile, AT + 5 * L);
        c12.intoArray(tile, AT + 6 * L);
        c13.intoArray(tile, AT + 7 * L);
        c20.intoArray(tile, AT + 8 * L);
        c21.intoArray(tile, AT + 9 * L);
        c22.intoArray(tile, AT + 10 * L);
        c23.intoArray(tile, AT + 11 * L);
        c30.intoArray(tile, AT + 12 * L);
        c31.intoArray(tile, AT + 13 * L);
        c32.intoArray(tile, AT + 14 * L);
        c33.intoArray(tile, AT + 15 * L);
        c40.intoArray(tile, AT + 16 * L);
        c41.intoArray(tile, AT + 17 * L);
        c42.intoArray(tile, AT + 18 * L);
        c43.intoArray(tile, AT + 19 * L);
        c50.intoArray(tile, AT + 20 * L);
        c51.intoArray(tile, AT + 21 * L);
        c52.intoArray(tile, AT + 22 * L);
        c53.intoArray(tile, AT + 23 * L);
    }
}
