package inkling.core.device.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Rows become tiles of five, steps side by side; every size, rows in place within a larger matrix.
class FiveRowPackingTest {
    private static final ValueLayout.OfFloat F = ValueLayout.JAVA_FLOAT;
    private static final int ROWS = 5;

    @ParameterizedTest
    @CsvSource({"1, 1", "4, 8", "5, 1", "5, 7", "5, 8", "5, 9", "5, 64", "6, 16", "9, 23", "10, 40", "13, 129"})
    void every_float_gets_to_its_place(int rows, int columns) {
        inProductOf(20, rows, columns);
        inProductOf(2000, rows, columns);
    }

    private static void inProductOf(int allRows, int rows, int columns) {
        int width = columns + 3;
        MemorySegment matrix = Arena.ofAuto().allocate(4L * width * rows + 4, 64);
        for (int i = 0; i < width * rows; i++) {
            matrix.setAtIndex(F, i + 1, i);
        }
        long tileBytes = Packing.tileBytes(columns);
        int tiles = (rows + ROWS - 1) / ROWS;
        MemorySegment packed = Arena.ofAuto().allocate(tiles * tileBytes + 4, 64);
        packed.fill((byte) 0x7f);
        int poison = packed.get(ValueLayout.JAVA_INT, 0);
        Packing.Piece piece = new Packing.Piece().set(matrix, 8, 4L * width, rows, columns);
        new FiveRowPacking().tiles(packed, tileBytes, piece, allRows);
        for (int row = 0; row < rows; row++) {
            for (int p = 0; p < columns; p++) {
                long at = row / ROWS * tileBytes + p * Packing.STEP_BYTES + row % ROWS * 4L;
                assertThat(packed.get(F, at)).as("row %d, step %d", row, p).isEqualTo(row * width + p + 1);
            }
        }
        for (int tile = 0; tile < tiles; tile++) {
            long behind = tile * tileBytes + columns * Packing.STEP_BYTES;
            assertThat(packed.get(ValueLayout.JAVA_INT, behind))
                    .as("behind tile %d", tile)
                    .isEqualTo(poison);
        }
    }
}
