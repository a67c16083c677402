package inkling.core.device.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import inkling.core.device.Store;
import inkling.core.tensor.PackedMatrix;
import inkling.core.tensor.Tensor;
import inkling.core.tensor.WeightFormat;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PackedStreamsTest {
    private static final int ROWS = PackedMatrix.BLOCK_ROWS;

    private final SplittableRandom random = new SplittableRandom(5);

    @Test
    void six_blocks_and_more_leave_no_single_one_behind() {
        assumeTrue(PackedStreams.EXISTS, "vectors of this processor are narrower, or not all memory is granted");
        for (int blocks = 1; blocks < 100; blocks++) {
            int singles = 0;
            int left = blocks;
            while (left > 0) {
                int next = PackedStreams.together(WeightFormat.FLOAT32, left);
                assertThat(next).isBetween(1, Math.min(left, PackedStreams.MOST_BLOCKS));
                singles += next == 1 ? 1 : 0;
                left -= next;
            }
            assertThat(left).as("%d blocks", blocks).isZero();
            assertThat(singles).as("%d blocks", blocks).isEqualTo(blocks < 3 ? blocks : blocks == 5 ? 1 : 0);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"BFLOAT16", "INT8"})
    void other_formats_are_read_block_by_block(WeightFormat format) {
        assertThat(PackedStreams.together(format, 8)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"3,1", "4,1", "3,63", "4,64", "3,65", "4,130", "4,513"})
    void sums_are_those_of_one_block_after_the_other(int blocks, int columns) {
        assumeTrue(PackedStreams.EXISTS, "vectors of this processor are narrower, or not all memory is granted");
        int rows = (blocks + 2) * ROWS - 3;
        Tensor x = filled(2, columns);
        PackedMatrix weight =
                PackedMatrix.of(filled(rows, columns), Processor.layout(WeightFormat.FLOAT32), Arena.ofAuto());
        float[] sums = new float[PackedStreams.MOST_BLOCKS * ROWS + 1];
        for (int first = 0; first < 3; first++) {
            Arrays.fill(sums, Float.NaN);
            PackedStreams.multiply(sums, x.segment(), columns, weight, first, blocks, columns);
            for (int block = 0; block < blocks; block++) {
                float[] expected = new float[ROWS];
                PackedRows.add(expected, x.segment(), columns, weight, first + block, 0, columns);
                assertThat(Arrays.copyOfRange(sums, block * ROWS, (block + 1) * ROWS))
                        .containsExactly(expected);
            }
            assertThat(sums[blocks * ROWS]).as("beyond the last sum").isNaN();
        }
    }

    /// Shares of one to seven blocks, the last one not whole, and pieces of a weight that is too large for shares.
    @ParameterizedTest
    @ValueSource(ints = {60, 64, 190, 192, 256, 320, 321, 384, 448, 577, 700, 9000})
    void products_of_any_number_of_rows_are_the_same_with_one_thread_and_with_three(int rows) {
        compare(1, rows, rows < 9000 ? 70 : 700);
        compare(2, rows, rows < 9000 ? 70 : 700);
    }

    private void compare(int few, int rows, int columns) {
        Tensor x = filled(few, columns);
        Tensor values = filled(rows, columns);
        PackedMatrix weight = PackedMatrix.of(values, Processor.layout(WeightFormat.FLOAT32), Arena.ofAuto());
        Tensor expected = Tensor.of(new float[few * rows], few, rows);
        for (int i = 0; i < few; i++) {
            for (int row = 0; row < rows; row++) {
                float sum = 0;
                for (int j = 0; j < columns; j++) {
                    sum = Math.fma(x.get((long) i * columns + j), values.get((long) row * columns + j), sum);
                }
                expected.set((long) i * rows + row, sum);
            }
        }
        for (int threads : new int[] {1, 3}) {
            try (WorkerPool pool = new WorkerPool(threads)) {
                Tensor product = Tensor.of(new float[few * rows], few, rows);
                product.segment().fill((byte) -1);
                new PackedGemvKernel(pool).multiply(product, x, weight, Store.OVERWRITE);
                assertThat(product.toArray()).as("%d threads", threads).containsExactly(expected.toArray());
            }
        }
    }

    /// A weight of few long rows has smaller pieces, so that no worker has nothing to do.
    @Test
    void few_long_rows_are_handed_out_block_by_block() {
        try (WorkerPool pool = new WorkerPool(3)) {
            var shares = new RowShares(pool, ROWS, 4 * ROWS);
            shares.run(6 * ROWS, 1 << 16, (from, to, _) -> assertThat(to - from).isEqualTo(ROWS));
        }
    }

    private Tensor filled(int rows, int columns) {
        float[] values = new float[rows * columns];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        return Tensor.of(values, rows, columns);
    }
}
