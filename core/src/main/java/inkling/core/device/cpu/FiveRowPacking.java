package inkling.core.device.cpu;

import inkling.core.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/// Brings rows of `A` that lie side by side in memory into the order in which [FiveRowTile] reads them.
///
/// ```
/// a0 a1 a2 a3 …          step 0: a0 b0 c0 d0 e0 ·  ·  ·
/// b0 b1 b2 b3 …          step 1: a1 b1 c1 d1 e1 ·  ·  ·
/// c0 c1 c2 c3 …   ──▶    step 2: a2 b2 c2 d2 e2 ·  ·  ·
/// d0 d1 d2 d3 …          …
/// e0 e1 e2 e3 …
/// ```
///
/// Four rows exchange lanes, floats of the fifth are moved one by one ([EightLanes]): 0.33 to 0.66 ns an element on a
/// Zen 3. What that leaves over is moved in plain loops over arrays, 0.7 to 1.35 ns. So is everything where rows are
/// few: a prompt is over before vector loops are compiled, and until then each of their operations makes an object.
///
/// Each worker has one of its own.
final class FiveRowPacking {
    /// Rows from which on vectors pay for being compiled.
    private static final int ROWS_FOR_VECTORS = 320;

    /// Steps that are brought into arrays at a time.
    private static final int PIECE = 64;

    private static final int ROWS = 5;
    private static final int LANES = 8;
    private static final int STEP = (int) (Packing.STEP_BYTES / Float.BYTES);

    private final float[] rows = new float[ROWS * PIECE];
    private final float[] steps = new float[STEP * PIECE];

    /// Cuts the rows of `from` into tiles of five, `tileBytes` apart, rows of a tile side by side, steps
    /// [Packing#STEP_BYTES] apart. Beyond the last row stands anything. `allRows` has the product.
    void tiles(MemorySegment to, long tileBytes, Packing.Piece from, int allRows) {
        for (int row = 0; row < from.rows; row += ROWS) {
            long target = row / ROWS * tileBytes;
            long source = from.at + row * from.rowBytes;
            int count = Math.min(ROWS, from.rows - row);
            int done = 0;
            if (count == ROWS && EightLanes.EXIST && allRows >= ROWS_FOR_VECTORS) {
                done = from.columns - from.columns % LANES;
                inVectors(to, target, from, source, done);
            }
            for (int p = done; p < from.columns; p += PIECE) {
                int few = Math.min(PIECE, from.columns - p);
                inArrays(to, target + Packing.STEP_BYTES * p, from, source + 4L * p, count, few);
            }
        }
    }

    private static void inVectors(MemorySegment to, long toAt, Packing.Piece from, long at, int count) {
        long source = AllMemory.at(from.segment, at, ROWS, from.rowBytes, 4L * count);
        long target = AllMemory.at(to, toAt, Packing.STEP_BYTES * count);
        int together = LANES * EightLanes.BLOCKS;
        for (int p = 0; p < count; p += together) {
            int few = Math.min(together, count - p);
            long first = target + Packing.STEP_BYTES * p;
            long fifth = source + 4 * from.rowBytes + 4L * p;
            EightLanes.four(to, first, Packing.STEP_BYTES, from.segment, source + 4L * p, from.rowBytes, few / LANES);
            EightLanes.turn(to, first, Packing.STEP_BYTES, few / LANES);
            EightLanes.spread(to, first + 4 * 4, Packing.STEP_BYTES, from.segment, fifth, few);
        }
    }

    private void inArrays(MemorySegment to, long toAt, Packing.Piece from, long at, int count, int few) {
        for (int i = 0; i < count; i++) {
            MemorySegment.copy(from.segment, Tensor.LAYOUT, at + i * from.rowBytes, rows, i * PIECE, few);
        }
        for (int i = 0; i < count; i++) {
            for (int p = 0; p < few; p++) {
                steps[p * STEP + i] = rows[i * PIECE + p];
            }
        }
        MemorySegment.copy(steps, 0, to, Tensor.LAYOUT, toAt, few * STEP);
    }
}
