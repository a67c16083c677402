package inkling.core.device.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// The tile of [MicroKernel] where vectors have 16 registers (AVX2, SSE): 5 rows × 2 vectors, 10 accumulators.
///
/// `a` is packed unless it meets few columns. Why: read in place, five rows of `a` are five addresses to keep, and the
/// loop takes 91 instructions for four steps (40 multiply-adds); packed it takes 79. While another program uses the
/// other half of the core, that counts. That loop goes by eights, since the distances of its steps, 32 and 64 bytes,
/// are then four and eight times its counter: what an address computes by itself.
///
/// Every step stores a sum after the second row, where nobody reads it. Why: the compiler puts all loads of a step, or
/// of the four that it takes together, before the first multiply-add, and then has more vectors than registers: sums
/// live in memory, and every multiply-add waits for one. It moves no load over a store, and no store before the sum
/// that is stored.
///
/// Measured on a Zen 3, of a peak of 93 GFLOP/s: this tile 88 to 92; 6 rows as in [NarrowTile] 25 to 40; 6 rows with
/// such stores up to 92, but 40 as soon as something else changes the compiler's order, since they need all 16
/// registers; 3 rows × 3 vectors 70 to 91; 4 × 2 50 to 90. Two stores a step, or two steps in the loop: no faster, and
/// slower while another program uses the other half of the core (60 to 67 instead of 67 to 75), which needs few
/// instructions.
final class FiveRowTile {
    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    private static final int L = Lanes.COUNT;
    private static final int EIGHT = 8;
    private static final int AT = MicroKernel.TILE_AT;
    private static final long V = (long) Lanes.COUNT * Float.BYTES;
    private static final ByteOrder O = ByteOrder.LITTLE_ENDIAN;
    private static final ValueLayout.OfFloat F = ValueLayout.JAVA_FLOAT_UNALIGNED;

    private FiveRowTile() {}

    /// `a` is read in place: rows `aRow` bytes apart, steps of the sum side by side; `b` is packed. The vector at
    /// `unreadAt` is written, and means nothing.
    static void rows(
            float[] tile,
            MemorySegment a,
            long aAt,
            long aRow,
            MemorySegment b,
            long bAt,
            MemorySegment unread,
            long unreadAt,
            int steps) {
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
        MemorySegment left = AllMemory.GRANTED ? AllMemory.ALL : a;
        MemorySegment right = AllMemory.GRANTED ? AllMemory.ALL : b;
        MemorySegment out = AllMemory.GRANTED ? AllMemory.ALL : unread;
        long from = aAt & AllMemory.ADDRESSES;
        long row = aRow & AllMemory.DISTANCES;
        long panel = bAt & AllMemory.ADDRESSES;
        long nowhere = unreadAt & AllMemory.ADDRESSES;
        int end = steps & AllMemory.COUNTS;
        for (int p = 0; p < end; p++) {
            long bp = panel + p * 2L * V;
            long ap = from + 4L * p;
            FloatVector b0 = FloatVector.fromMemorySegment(S, right, bp, O);
            FloatVector b1 = FloatVector.fromMemorySegment(S, right, bp + V, O);
            FloatVector x;
            x = FloatVector.broadcast(S, left.get(F, ap));
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            x = FloatVector.broadcast(S, left.get(F, ap + row));
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            c11.intoMemorySegment(out, nowhere, O);
            x = FloatVector.broadcast(S, left.get(F, ap + 2 * row));
            c20 = x.fma(b0, c20);
            c21 = x.fma(b1, c21);
            x = FloatVector.broadcast(S, left.get(F, ap + 3 * row));
            c30 = x.fma(b0, c30);
            c31 = x.fma(b1, c31);
            x = FloatVector.broadcast(S, left.get(F, ap + 4 * row));
            c40 = x.fma(b0, c40);
            c41 = x.fma(b1, c41);
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
    }

    /// The five elements of a step of `a` lie side by side, and both are packed.
    static void columns(
            float[] tile,
            MemorySegment a,
            long aAt,
            MemorySegment b,
            long bAt,
            MemorySegment unread,
            long unreadAt,
            int steps) {
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
        MemorySegment left = AllMemory.GRANTED ? AllMemory.ALL : a;
        MemorySegment right = AllMemory.GRANTED ? AllMemory.ALL : b;
        MemorySegment out = AllMemory.GRANTED ? AllMemory.ALL : unread;
        long from = aAt & AllMemory.ADDRESSES;
        long panel = bAt & AllMemory.ADDRESSES;
        long nowhere = unreadAt & AllMemory.ADDRESSES;
        int end = steps & AllMemory.COUNTS;
        for (int i = 0; i < EIGHT * end; i += EIGHT) {
            long bp = panel + i * (2 * V / EIGHT);
            long ap = from + i * (Packing.STEP_BYTES / EIGHT);
            FloatVector b0 = FloatVector.fromMemorySegment(S, right, bp, O);
            FloatVector b1 = FloatVector.fromMemorySegment(S, right, bp + V, O);
            FloatVector x;
            x = FloatVector.broadcast(S, left.get(F, ap));
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            x = FloatVector.broadcast(S, left.get(F, ap + 4));
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            c11.intoMemorySegment(out, nowhere, O);
            x = FloatVector.broadcast(S, left.get(F, ap + 8));
            c20 = x.fma(b0, c20);
            c21 = x.fma(b1, c21);
            x = FloatVector.broadcast(S, left.get(F, ap + 12));
            c30 = x.fma(b0, c30);
            c31 = x.fma(b1, c31);
            x = FloatVector.broadcast(S, left.get(F, ap + 16));
            c40 = x.fma(b0, c40);
            c41 = x.fma(b1, c41);
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
    }
}
