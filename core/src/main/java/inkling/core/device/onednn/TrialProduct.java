package inkling.core.device.onednn;

import inkling.core.device.cpu.Bf16Tiles;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A small product of whole numbers, which bf16 and FP32 hold exactly: a library that lays memory out in another way
/// than this program is found out before anything depends on it.
final class TrialProduct {
    private static final int ROWS = 5;
    private static final int COLUMNS = 70;
    private static final int STEPS = 64;
    private static final int PANELS = 2;
    /// So that rows of `c` do not lie back to back.
    private static final int ROW_ELEMENTS = 75;

    private TrialProduct() {}

    /// Multiplies once and once more with adding.
    static void check(Bf16Tiles tiles, String origin) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment a = arena.allocate(2L * ROWS * STEPS, 64);
            MemorySegment b = arena.allocate(2L * PANELS * Bf16Tiles.PANEL_COLUMNS * STEPS, 64);
            MemorySegment c = arena.allocate(4L * ROWS * ROW_ELEMENTS, 64);
            for (int p = 0; p < STEPS; p++) {
                for (int i = 0; i < ROWS; i++) {
                    a.setAtIndex(ValueLayout.JAVA_SHORT, (long) i * STEPS + p, bf16(a(i, p)));
                }
                for (int j = 0; j < COLUMNS; j++) {
                    long panel = (long) (j / Bf16Tiles.PANEL_COLUMNS) * STEPS * Bf16Tiles.PANEL_COLUMNS;
                    long pair = panel + 2L * (p / 2 * Bf16Tiles.PANEL_COLUMNS + j % Bf16Tiles.PANEL_COLUMNS);
                    b.setAtIndex(ValueLayout.JAVA_SHORT, pair + p % 2, bf16(b(p, j)));
                }
            }
            for (int times = 1; times <= 2; times++) {
                var shape = new Bf16Tiles.Shape(ROWS, COLUMNS, STEPS, ROW_ELEMENTS, times > 1);
                tiles.prepare(shape).run(0, c, 0, a, 0, b, 0);
                compare(c, times, origin);
            }
        }
    }

    private static void compare(MemorySegment c, int times, String origin) throws IOException {
        for (int i = 0; i < ROWS; i++) {
            for (int j = 0; j < ROW_ELEMENTS; j++) {
                int expected = 0;
                for (int p = 0; p < STEPS && j < COLUMNS; p++) {
                    expected += times * a(i, p) * b(p, j);
                }
                float actual = c.getAtIndex(ValueLayout.JAVA_FLOAT, (long) i * ROW_ELEMENTS + j);
                if (actual != expected) {
                    throw new IOException(origin + ": this oneDNN computes something else (a trial product has "
                            + actual + " where " + expected + " was expected)");
                }
            }
        }
    }

    private static int a(int i, int p) {
        return (3 * i + 5 * p) % 7 - 3;
    }

    private static int b(int p, int j) {
        return (2 * p + 11 * j) % 9 - 4;
    }

    private static short bf16(int small) {
        return (short) (Float.floatToRawIntBits(small) >>> 16);
    }
}
