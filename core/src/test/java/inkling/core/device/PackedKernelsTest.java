package inkling.core.device;

import static inkling.core.device.RandomTensors.copyOf;
import static inkling.core.device.RandomTensors.poison;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import inkling.core.device.cpu.CpuKernels;
import inkling.core.device.cpu.Processor;
import inkling.core.device.cpu.ScalarKernels;
import inkling.core.device.reference.ReferenceKernels;
import inkling.core.tensor.Ids;
import inkling.core.tensor.PackedMatrix;
import inkling.core.tensor.Tensor;
import inkling.core.tensor.WeightFormat;
import inkling.core.tensor.WeightLayout;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Products with weights laid out for generation equal the reference's at sizes of one, odd, a block more or less, and
/// large, with outputs of NaN, and have the same bits for any number of threads.
class PackedKernelsTest {
    private static final int[] COLUMNS = {1, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 200};

    private final Kernels reference = new ReferenceKernels();
    private final CpuKernels device = new CpuKernels(2);
    private final CpuKernels three = new CpuKernels(3);
    private final ScalarKernels scalar = new ScalarKernels(2);

    @AfterEach
    void close() {
        device.close();
        three.close();
        scalar.close();
    }

    private static PackedMatrix packed(Tensor matrix, WeightFormat format) {
        return PackedMatrix.of(matrix, Processor.layout(format), Arena.ofAuto());
    }

    private void assertSame(Tensor actual, Tensor expected, int sumLength) {
        double largest = Math.sqrt(sumLength) / 2; // of sums of products of normal numbers, even where one cancels out
        for (long i = 0; i < expected.size(); i++) {
            largest = Math.max(largest, Math.abs(expected.get(i)));
        }
        double tolerance = 2e-7 * largest * (4 + Math.sqrt(sumLength));
        for (long i = 0; i < expected.size(); i++) {
            if (!(Math.abs(actual.get(i) - expected.get(i)) <= tolerance)) {
                assertThat((double) actual.get(i))
                        .as("element %d of %s", i, expected.shapeText())
                        .isCloseTo(expected.get(i), within(tolerance));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void products_equal_the_reference_at_odd_sizes(WeightFormat format) {
        var random = new RandomTensors(1);
        for (int m : new int[] {1, 2, 5, 16, 17}) {
            for (int n : new int[] {1, 2, 3, 4, 5, 7, 8, 9, 17, 67, 130}) {
                for (int k : COLUMNS) {
                    multiply(random, format, m, n, k);
                }
            }
        }
    }

    /// The first products of a device are done in plain loops, the later ones in vectors.
    @ParameterizedTest
    @EnumSource
    void cold_products_have_the_bits_of_warm_ones(WeightFormat format) {
        var random = new RandomTensors(6);
        Tensor a = random.normal(1, 1, 330);
        PackedMatrix b = packed(random.normal(1, 150, 330), format);
        for (int i = 0; i < 3000; i++) {
            device.matmulPacked(poison(1, 150), a, b, Store.OVERWRITE);
        }
        Tensor warm = poison(1, 150);
        device.matmulPacked(warm, a, b, Store.OVERWRITE);
        Tensor cold = poison(1, 150);
        try (CpuKernels fresh = new CpuKernels(1)) {
            fresh.matmulPacked(cold, a, b, Store.OVERWRITE);
        }
        assertThat(cold.toArray()).isEqualTo(warm.toArray());
    }

    /// In turn: shares of rows that workers own, pieces that are handed out, many rows in one block and in several.
    @ParameterizedTest
    @CsvSource({"1,1031,768", "1,9001,1024", "2,4600,1000", "33,131,300", "17,2103,1024", "19,5001,1000"})
    void products_equal_the_reference_at_large_sizes(int m, int n, int k) {
        for (WeightFormat format : WeightFormat.values()) {
            multiply(new RandomTensors(2), format, m, n, k);
        }
    }

    private void multiply(RandomTensors random, WeightFormat format, int m, int n, int k) {
        Tensor a = random.normal(1, m, k);
        PackedMatrix b = packed(random.normal(1, n, k), format);
        Tensor expected = poison(m, n);
        Tensor actual = poison(m, n);
        reference.matmulPacked(expected, a, b, Store.OVERWRITE);
        device.matmulPacked(actual, a, b, Store.OVERWRITE);
        assertSame(actual, expected, k);
        Tensor sum = random.normal(1, m, n);
        Tensor sumActual = copyOf(sum);
        reference.matmulPacked(sum, a, b, Store.ADD);
        device.matmulPacked(sumActual, a, b, Store.ADD);
        assertSame(sumActual, sum, k);
        Tensor plain = poison(m, n);
        scalar.matmulPacked(plain, a, b, Store.OVERWRITE);
        assertSame(plain, expected, k);
        Tensor again = poison(m, n);
        three.matmulPacked(again, a, b, Store.OVERWRITE);
        assertThat(again.toArray()).isEqualTo(actual.toArray());
    }

    @ParameterizedTest
    @CsvSource({
        "1,FLOAT32",
        "3,FLOAT32",
        "5,FLOAT32",
        "1,BFLOAT16",
        "3,BFLOAT16",
        "5,BFLOAT16",
        "1,INT8",
        "3,INT8",
        "5,INT8"
    })
    void products_have_the_same_bits_for_any_number_of_threads(int threads, WeightFormat format) {
        var random = new RandomTensors(4);
        Tensor a = random.normal(1, 1, 512);
        PackedMatrix b = packed(random.normal(1, 1037, 512), format);
        Tensor two = poison(1, 1037);
        Tensor other = poison(1, 1037);
        device.matmulPacked(two, a, b, Store.OVERWRITE);
        try (CpuKernels kernels = new CpuKernels(threads)) {
            kernels.matmulPacked(other, a, b, Store.OVERWRITE);
        }
        assertThat(other.toArray()).isEqualTo(two.toArray());
    }

    @ParameterizedTest
    @EnumSource
    void products_without_rows_or_columns_are_empty(WeightFormat format) {
        var random = new RandomTensors(7);
        PackedMatrix none = packed(Tensor.allocate(Arena.ofAuto(), 0, 5), format);
        device.matmulPacked(Tensor.allocate(Arena.ofAuto(), 2, 0), random.normal(1, 2, 5), none, Store.OVERWRITE);
        PackedMatrix narrow = packed(Tensor.allocate(Arena.ofAuto(), 3, 0), format);
        Tensor zeros = poison(2, 3);
        device.matmulPacked(zeros, Tensor.allocate(Arena.ofAuto(), 2, 0), narrow, Store.OVERWRITE);
        assertThat(zeros.toArray()).containsOnly(0);
    }

    /// Every processor takes blocks in one piece, and gives the bits of the layout that suits it.
    @ParameterizedTest
    @CsvSource({"1,130,70", "3,64,65", "40,131,129"})
    void blocks_in_one_piece_have_the_bits_of_stripes(int m, int n, int k) {
        var random = new RandomTensors(6);
        Tensor a = random.normal(1, m, k);
        Tensor weight = random.normal(1, n, k);
        Tensor expected = poison(m, n);
        Tensor actual = poison(m, n);
        device.matmulPacked(expected, a, packed(weight, WeightFormat.FLOAT32), Store.OVERWRITE);
        var whole = PackedMatrix.of(weight, WeightLayout.whole(WeightFormat.FLOAT32), Arena.ofAuto());
        device.matmulPacked(actual, a, whole, Store.OVERWRITE);
        assertThat(actual.toArray()).isEqualTo(expected.toArray());
    }

    @Test
    void stripes_are_refused_where_vectors_are_too_wide_for_them() {
        assumeTrue(Processor.vectorBits() > 256, "vectors of this processor are narrow enough");
        Tensor weight = new RandomTensors(7).normal(1, 70, 5);
        var striped = PackedMatrix.of(weight, WeightLayout.striped(WeightFormat.FLOAT32), Arena.ofAuto());
        assertThatThrownBy(() -> device.matmulPacked(poison(1, 70), poison(1, 5), striped, Store.OVERWRITE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("stripes of 32 rows");
    }

    @ParameterizedTest
    @EnumSource
    void looked_up_rows_equal_the_reference(WeightFormat format) {
        var random = new RandomTensors(5);
        for (int width : COLUMNS) {
            PackedMatrix table = packed(random.normal(1, 11, width), format);
            Ids ids = random.ids(40, 11);
            Tensor expected = poison(40, width);
            Tensor actual = poison(40, width);
            reference.embedPacked(expected, table, ids);
            device.embedPacked(actual, table, ids);
            assertThat(actual.toArray()).isEqualTo(expected.toArray());
        }
    }
}
