package inkling.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PackedMatrixTest {
    private static PackedMatrix packed(WeightFormat format, int columns, float... values) {
        return PackedMatrix.of(
                Tensor.of(values, values.length / columns, columns), WeightLayout.whole(format), Arena.ofAuto());
    }

    private static PackedMatrix striped(WeightFormat format, int columns, float... values) {
        Tensor matrix = Tensor.of(values, values.length / columns, columns);
        return PackedMatrix.of(matrix, WeightLayout.striped(format), Arena.ofAuto());
    }

    private static float[] normal(int count) {
        var random = new SplittableRandom(1);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 15, 16, 17, 31, 32, 33, 64, 65, 200})
    void sixteen_bits_are_the_nearest_ones(int columns) {
        float[] values = normal(3 * columns);
        PackedMatrix packed = packed(WeightFormat.BFLOAT16, columns, values);
        for (int i = 0; i < values.length; i++) {
            float kept = packed.get(i / columns, i % columns);
            assertThat(Float.floatToRawIntBits(kept) & 0xFFFF).isZero();
            assertThat(kept).isCloseTo(values[i], within(Math.abs(values[i]) / 256));
        }
    }

    @Test
    void sixteen_bits_round_to_even_and_keep_what_is_no_number() {
        float one = Float.intBitsToFloat(0x3F808000); // halfway between 0x3F80 and 0x3F81
        float two = Float.intBitsToFloat(0x3F818000); // halfway between 0x3F81 and 0x3F82
        float nan = Float.intBitsToFloat(0x7F800001); // its upper half alone would be infinity
        float infinity = Float.NEGATIVE_INFINITY;
        PackedMatrix packed = packed(WeightFormat.BFLOAT16, 5, one, two, nan, infinity, -0f);
        assertThat(packed.get(0, 0)).isEqualTo(Float.intBitsToFloat(0x3F800000));
        assertThat(packed.get(0, 1)).isEqualTo(Float.intBitsToFloat(0x3F820000));
        assertThat(packed.get(0, 2)).isNaN();
        assertThat(packed.get(0, 3)).isEqualTo(infinity);
        assertThat(packed.get(0, 4)).isEqualTo(-0f);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 63, 64, 65, 128, 200})
    void eight_bits_are_within_half_a_step_of_their_group(int columns) {
        float[] values = normal(3 * columns);
        PackedMatrix packed = packed(WeightFormat.INT8, columns, values);
        for (int row = 0; row < 3; row++) {
            for (int column = 0; column < columns; column++) {
                float largest = 0;
                int group = column / PackedMatrix.GROUP * PackedMatrix.GROUP;
                for (int j = group; j < Math.min(columns, group + PackedMatrix.GROUP); j++) {
                    largest = Math.max(largest, Math.abs(values[row * columns + j]));
                }
                float value = values[row * columns + column];
                assertThat(packed.get(row, column)).isCloseTo(value, within(largest / 254 * 1.0001f));
            }
        }
    }

    @Test
    void groups_of_zeros_and_of_the_smallest_numbers_stay_what_they_are() {
        float[] values = new float[192];
        values[64] = Float.MIN_VALUE;
        values[128] = 9.9E-44f;
        values[129] = -9.9E-44f;
        PackedMatrix packed = packed(WeightFormat.INT8, 192, values);
        for (int i = 0; i < values.length; i++) {
            assertThat(packed.get(0, i)).isCloseTo(values[i], within(2e-43f));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 15, 17, 64, 65, 200})
    void thirty_two_bits_stay_what_they_are(int columns) {
        float[] values = normal(70 * columns);
        PackedMatrix packed = packed(WeightFormat.FLOAT32, columns, values);
        for (int i = 0; i < values.length; i++) {
            assertThat(packed.get(i / columns, i % columns)).isEqualTo(values[i]);
        }
    }

    /// Row 100 of 130 is the fifth of the second stripe of the second block.
    @Test
    void stripes_lie_one_after_the_other() {
        float[] values = normal(130 * 7);
        PackedMatrix packed = striped(WeightFormat.FLOAT32, 7, values);
        for (int i = 0; i < values.length; i++) {
            assertThat(packed.get(i / 7, i % 7)).isEqualTo(values[i]);
        }
        long stripe = 4L * 32 * 7;
        assertThat(packed.stripeBytes()).isEqualTo(stripe);
        assertThat(packed.blockBytes()).isEqualTo(2 * stripe);
        assertThat(packed.byteSize()).isEqualTo(6 * stripe);
        assertThat(packed.values().get(Tensor.LAYOUT, 3 * stripe + 4L * (3 * 32 + 4)))
                .isEqualTo(values[100 * 7 + 3]);
    }

    @Test
    void other_stripes_are_refused() {
        assertThatThrownBy(() -> new WeightLayout(WeightFormat.FLOAT32, 16))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("stripes of 16 rows, expected 32 or 64");
    }

    @ParameterizedTest
    @EnumSource
    void columns_and_scales_are_those_of_the_numbers(WeightFormat format) {
        compareColumns(format, packed(format, 100, normal(150 * 100)));
        compareColumns(format, striped(format, 100, normal(150 * 100)));
    }

    private static void compareColumns(WeightFormat format, PackedMatrix packed) {
        float[] column = new float[PackedMatrix.BLOCK_ROWS];
        float[] scales = new float[PackedMatrix.BLOCK_ROWS];
        Arrays.fill(scales, 1);
        for (int row = 0; row < 150; row++) {
            for (int j = 0; j < 100; j++) {
                for (int stripe = 0; stripe < packed.stripes(); stripe++) {
                    int first = stripe * packed.stripeRows();
                    packed.columns(row / PackedMatrix.BLOCK_ROWS, stripe, j, j + 1, column, first);
                }
                if (format == WeightFormat.INT8) {
                    packed.scales(row / PackedMatrix.BLOCK_ROWS, j / PackedMatrix.GROUP, scales);
                }
                int i = row % PackedMatrix.BLOCK_ROWS;
                assertThat(column[i] * scales[i]).isEqualTo(packed.get(row, j));
            }
        }
    }
}
