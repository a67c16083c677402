package inkling.core.device.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Blocks side by side become blocks below each other, each transposed, and nothing beside them is touched.
class TranspositionTest {
    private static final ValueLayout.OfFloat F = ValueLayout.JAVA_FLOAT;
    private static final int L = Lanes.COUNT;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 7, 8, 9, 17})
    void blocks_are_transposed(int count) {
        int width = count * L + 3;
        int height = count * L;
        int toWidth = L + 5;
        MemorySegment matrix = Arena.ofAuto().allocate(4L * width * L + 4, 64);
        for (int i = 0; i < width * L; i++) {
            matrix.setAtIndex(F, i, i + 1);
        }
        MemorySegment turned = Arena.ofAuto().allocate(4L * toWidth * (height + 1), 64);
        Transposition.blocks(turned, 8, 4L * toWidth, matrix, 4, 4L * width, count);
        for (int row = 0; row <= height; row++) {
            for (int column = 0; column < toWidth; column++) {
                boolean inside = row < height && column >= 2 && column < L + 2;
                float expected = inside ? (column - 2) * width + row + 2 : 0;
                assertThat(turned.getAtIndex(F, row * toWidth + column))
                        .as("row %d, column %d", row, column)
                        .isEqualTo(expected);
            }
        }
    }
}
