package inkling.core.device.cpu;

import inkling.core.tensor.PackedMatrix;
import inkling.core.tensor.WeightFormat;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Three or four blocks of a [PackedMatrix] in 32 bits times one row `x`, side by side: so many streams of memory.
///
/// ```
///              x[j]
///               │ broadcast
///   ┌─────┬─────┼─────┬─────┐          a step: column j of each block,
///   ▼     ▼     ▼     ▼                256 bytes of four places of memory
/// block block block block
///   0     1     2     3     ──▶  16 vectors of sums, each lane for a row
/// ```
///
/// A processor reads ahead of every stream that it sees, only so far of each: on a Zen 4 two workers read 70 to
/// 400 MB at 20 to 29 GB/s with one stream each, at 29 to 44 with three or four in the same minutes, and no faster with
/// five or six. Every row is summed as in [PackedRows], to the bit.
/// Loads are written out, as in [WideTile], and it exists only where all memory is granted and vectors have 16 lanes.
final class PackedStreams {
    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    private static final int L = Lanes.COUNT;
    private static final ByteOrder O = ByteOrder.LITTLE_ENDIAN;
    private static final ValueLayout.OfFloat F = ValueLayout.JAVA_FLOAT_UNALIGNED;

    /// Blocks of the widest loop.
    static final int MOST_BLOCKS = 4;

    /// Whether there are registers and memory for it.
    static final boolean EXISTS = AllMemory.GRANTED && L == 16;

    private PackedStreams() {}

    /// How many of `left` blocks to take next: as many as leave no single ones behind if that can be helped.
    static int together(WeightFormat format, int left) {
        if (!EXISTS || format != WeightFormat.FLOAT32 || left < 3) {
            return 1;
        }
        return left % 4 == 0 || left == 5 ? 4 : 3;
    }

    /// `sums[i] = Σⱼ x[xAt + j] · W[64·block + i, j]` for three or four blocks from `block` on, the first `columns`.
    static void multiply(
            float[] sums, MemorySegment x, long xAt, PackedMatrix matrix, int block, int blocks, int columns) {
        long fromX = AllMemory.at(x, 4 * xAt, 4L * columns);
        long bytes = matrix.blockBytes();
        long from = AllMemory.at(matrix.values(), block * bytes, blocks, bytes, columns * matrix.columnBytes());
        if (blocks == 4) {
            four(sums, fromX, from, bytes, columns);
        } else {
            three(sums, fromX, from, bytes, columns);
        }
    }

    /// Four blocks, `blockBytes` apart.
    private static void four(float[] sums, long xAt, long wAt, long blockBytes, int columns) {
        FloatVector s00 = FloatVector.zero(S);
        FloatVector s01 = FloatVector.zero(S);
        FloatVector s02 = FloatVector.zero(S);
        FloatVector s03 = FloatVector.zero(S);
        FloatVector s10 = FloatVector.zero(S);
        FloatVector s11 = FloatVector.zero(S);
        FloatVector s12 = FloatVector.zero(S);
        FloatVector s13 = FloatVector.zero(S);
        FloatVector s20 = FloatVector.zero(S);
        FloatVector s21 = FloatVector.zero(S);
        FloatVector s22 = FloatVector.zero(S);
        FloatVector s23 = FloatVector.zero(S);
        FloatVector s30 = FloatVector.zero(S);
        FloatVector s31 = FloatVector.zero(S);
        FloatVector s32 = FloatVector.zero(S);
        FloatVector s33 = FloatVector.zero(S);
        MemorySegment memory = AllMemory.ALL;
        long fromX = xAt & AllMemory.ADDRESSES;
        long from = wAt & AllMemory.ADDRESSES;
        long block = blockBytes & AllMemory.DISTANCES;
        int end = columns & AllMemory.COUNTS;
        for (int j = 0; j < end; j++) {
            FloatVector v = FloatVector.broadcast(S, memory.get(F, fromX + 4L * j));
            long w = from + 256L * j;
            s00 = v.fma(FloatVector.fromMemorySegment(S, memory, w, O), s00);
            s01 = v.fma(FloatVector.fromMemorySegment(S, memory, w + 64, O), s01);
            s02 = v.fma(FloatVector.fromMemorySegment(S, memory, w + 128, O), s02);
            s03 = v.fma(FloatVector.fromMemorySegment(S, memory, w + 192, O), s03);
            w += block;
            s10 = v.fma(FloatVector.fromMemorySegment(S, memory, w, O), s10);
            s11 = v.fma(FloatVector.fromMemorySegment(S, memory, w + 64, O), s11);
            s12 = v.fma(FloatVector.fromMemorySegment(S, memory, w + 128, O), s12);
            s13 = v.fma(FloatVector.fromMemorySegment(S, memory, w + 192, O), s13);
            w += block;
            s20 = v.fma(FloatVector.fromMemorySegment(S, memory, w, O), s20);
            s21 = v.fma(FloatVector.fromMemorySegment(S, memory, w + 64, O), s21);
            s22 = v.fma(FloatVector.fromMemorySegment(S, memory, w + 128, O), s22);
            s23 = v.fma(FloatVector.fromMemorySegment(S, memory, w + 192, O), s23);
            w += block;
            s30 = v.fma(FloatVector.fromMemorySegment(S, memory, w, O), s30);
            s31 = v.fma(FloatVector.fromMemorySegment(S, memory, w + 64, O), s31);
            s32 = v.fma(FloatVector.fromMemorySegment(S, memory, w + 128, O), s32);
            s33 = v.fma(FloatVector.fromMemorySegment(S, memory, w + 192, O), s33);
        }
        s00.intoArray(sums, 0);
        s01.intoArray(sums, L);
        s02.intoArray(sums, 2 * L);
        s03.intoArray(sums, 3 * L);
        s10.intoArray(sums, 4 * L);
        s11.intoArray(sums, 5 * L);
        s12.intoArray(sums, 6 * L);
        s13.intoArray(sums, 7 * L);
        s20.intoArray(sums, 8 * L);
        s21.intoArray(sums, 9 * L);
        s22.intoArray(sums, 10 * L);
        s23.intoArray(sums, 11 * L);
        s30.intoArray(sums, 12 * L);
        s31.intoArray(sums, 13 * L);
        s32.intoArray(sums, 14 * L);
        s33.intoArray(sums, 15 * L);
    }

    /// Three blocks.
    private static void three(float[] sums, long xAt, long wAt, long blockBytes, int columns) {
        FloatVector s00 = FloatVector.zero(S);
        FloatVector s01 = FloatVector.zero(S);
        FloatVector s02 = FloatVector.zero(S);
        FloatVector s03 = FloatVector.zero(S);
        FloatVector s10 = FloatVector.zero(S);
        FloatVector s11 = FloatVector.zero(S);
        FloatVector s12 = FloatVector.zero(S);
        FloatVector s13 = FloatVector.zero(S);
        FloatVector s20 = FloatVector.zero(S);
        FloatVector s21 = FloatVector.zero(S);
        FloatVector s22 = FloatVector.zero(S);
        FloatVector s23 = FloatVector.zero(S);
        MemorySegment memory = AllMemory.ALL;
        long fromX = xAt & AllMemory.ADDRESSES;
        long from = wAt & AllMemory.ADDRESSES;
        long block = blockBytes & AllMemory.DISTANCES;
        int end = columns & AllMemory.COUNTS;
        for (int j = 0; j < end; j++) {
            FloatVector v = FloatVector.broadcast(S, memory.get(F, fromX + 4L * j));
            long w = from + 256L * j;
            s00 = v.fma(FloatVector.fromMemorySegment(S, memory, w, O), s00);
            s01 = v.fma(FloatVector.fromMemorySegment(S, memory, w + 64, O), s01);
            s02 = v.fma(FloatVector.fromMemorySegment(S, memory, w + 128, O), s02);
            s03 = v.fma(FloatVector.fromMemorySegment(S, memory, w + 192, O), s03);
            w += block;
            s10 = v.fma(FloatVector.fromMemorySegment(S, memory, w, O), s10);
            s11 = v.fma(FloatVector.fromMemorySegment(S, memory, w + 64, O), s11);
            s12 = v.fma(FloatVector.fromMemorySegment(S, memory, w + 128, O), s12);
            s13 = v.fma(FloatVector.fromMemorySegment(S, memory, w + 192, O), s13);
            w += block;
            s20 = v.fma(FloatVector.fromMemorySegment(S, memory, w, O), s20);
            s21 = v.fma(FloatVector.fromMemorySegment(S, memory, w + 64, O), s21);
            s22 = v.fma(FloatVector.fromMemorySegment(S, memory, w + 128, O), s22);
            s23 = v.fma(FloatVector.fromMemorySegment(S, memory, w + 192, O), s23);
        }
        s00.intoArray(sums, 0);
        s01.intoArray(sums, L);
        s02.intoArray(sums, 2 * L);
        s03.intoArray(sums, 3 * L);
        s10.intoArray(sums, 4 * L);
        s11.intoArray(sums, 5 * L);
        s12.intoArray(sums, 6 * L);
        s13.intoArray(sums, 7 * L);
        s20.intoArray(sums, 8 * L);
        s21.intoArray(sums, 9 * L);
        s22.intoArray(sums, 10 * L);
        s23.intoArray(sums, 11 * L);
    }
}
