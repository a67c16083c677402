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
/// Four rows exchange lanes, floats of the fifth are moved one by one ([EightLanes]). With fewer lanes all are.
final class FiveRowPacking {
    private static final int ROWS = 5;
    private static final int LANES = 8;
    private static final long STEP = Packing.STEP_BYTES;

    private FiveRowPacking() {}

    /// Cuts the rows of `from` into tiles of five, `tileBytes` apart, rows of a tile side by side, steps
    /// [Packing#STEP_BYTES] apart. Beyond the last row stands whatever was there.
    static void tiles(MemorySegment to, long tileBytes, Packing.Piece from) {
        for (int row = 0; row < from.rows; row += ROWS) {
            long target = row / ROWS * tileBytes;
            long source = from.at + row * from.rowBytes;
            int rows = Math.min(ROWS, from.rows - row);
            int done = 0;
            if (rows == ROWS && EightLanes.EXIST) {
                done = from.columns - from.columns % LANES;
                tile(to, target, from, source, done);
            }
            for (int p = done; p < from.columns; p++) {
                for (int i = 0; i < rows; i++) {
                    float value = from.segment.get(Tensor.LAYOUT, source + i * from.rowBytes + 4L * p);
                    to.set(Tensor.LAYOUT, target + STEP * p + 4L * i, value);
                }
            }
        }
    }

    private static void tile(MemorySegment to, long toAt, Packing.Piece from, long at, int steps) {
        long source = AllMemory.at(from.segment, at, ROWS, from.rowBytes, 4L * steps);
        long target = AllMemory.at(to, toAt, STEP * steps);
        int together = LANES * EightLanes.BLOCKS;
        for (int p = 0; p < steps; p += together) {
            int count = Math.min(together, steps - p);
            long first = target + STEP * p;
            EightLanes.four(to, first, STEP, from.segment, source + 4L * p, from.rowBytes, count / LANES);
            EightLanes.turn(to, first, STEP, count / LANES);
            EightLanes.spread(to, first + 4 * 4, STEP, from.segment, source + 4 * from.rowBytes + 4L * p, count);
        }
    }
}
