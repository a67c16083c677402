package inkling.core.device;

import static inkling.core.device.RandomTensors.copyOf;
import static inkling.core.device.RandomTensors.poison;
import static inkling.core.device.Tolerance.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import inkling.core.device.onednn.OneDnnForTests;
import inkling.core.device.reference.ReferenceKernels;
import inkling.core.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Products in bf16 equal the reference on rounded operands as closely as products in FP32 equal it on any: only the
/// operands are rounded, the sums are not.
final class OneDnnProductTest {
    private static final int[] ROWS = {1, 2, 31, 33, 64, 129, 300};
    private static final int[] COLUMNS = {1, 5, 63, 64, 65, 130};
    private static final int[] STEPS = {1, 2, 31, 33, 64, 257, 300};

    private final Kernels reference = new ReferenceKernels();
    private final Kernels device = OneDnnForTests.kernels(2);

    @AfterEach
    void close() {
        device.close();
        reference.close();
    }

    /// The nearest bf16 numbers, ties to even, by way of exact arithmetic.
    private static Tensor rounded(Tensor x) {
        Tensor y = copyOf(x);
        for (long i = 0; i < x.size(); i++) {
            float value = x.get(i);
            int bits = Float.floatToRawIntBits(value);
            float down = Float.intBitsToFloat(bits & 0xFFFF_0000);
            float up = Float.intBitsToFloat((bits & 0xFFFF_0000) + 0x1_0000);
            double toDown = Math.abs((double) value - down);
            double toUp = Math.abs((double) up - value);
            boolean even = (bits & 0x1_0000) == 0;
            y.set(i, toDown < toUp || toDown == toUp && even ? down : up);
        }
        return y;
    }

    @ParameterizedTest
    @EnumSource(Product.class)
    void products_equal_the_reference_on_rounded_operands_at_odd_sizes(Product product) {
        var random = new RandomTensors(1);
        for (int m : ROWS) {
            for (int n : COLUMNS) {
                for (int k : STEPS) {
                    multiply(random, product, m, n, k);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "NN,2100,70,97", "NT,2100,70,97", "TN,2100,70,97", // many strips, the last of another size
        "NN,40,70,9001", "NT,40,70,9001", "TN,40,70,9001", // several blocks of steps, the last an odd one
        "NN,33,1100,4096", "NT,33,1100,4096", "TN,33,1100,4096" // several blocks of columns
    })
    void products_equal_the_reference_on_rounded_operands_at_large_sizes(Product product, int m, int n, int k) {
        multiply(new RandomTensors(2), product, m, n, k);
    }

    private void multiply(RandomTensors random, Product product, int m, int n, int k) {
        Tensor a = product == Product.TN ? random.normal(1, k, m) : random.normal(1, m, k);
        Tensor b = product == Product.NT ? random.normal(1, n, k) : random.normal(1, k, n);
        Tensor expected = poison(m, n);
        Tensor actual = poison(m, n);
        Tensor roundedA = rounded(a);
        Tensor roundedB = rounded(b);
        reference.matmul(expected, roundedA, roundedB, product, Store.OVERWRITE);
        device.matmul(actual, a, b, product, Store.OVERWRITE);
        assertClose(actual, expected, k);
        Tensor sumExpected = random.normal(1, m, n);
        Tensor sumActual = copyOf(sumExpected);
        reference.matmul(sumExpected, roundedA, roundedB, product, Store.ADD);
        device.matmul(sumActual, a, b, product, Store.ADD);
        assertClose(sumActual, sumExpected, k);
    }

    @Test
    void operands_are_rounded_to_the_nearest_number_and_ties_to_the_even_one() {
        float[] special = {
            1 + 0x1p-8f,
            1 + 3 * 0x1p-8f,
            1 + 0x1p-8f + 0x1p-20f,
            -1 - 0x1p-8f,
            0,
            Float.MIN_NORMAL,
            Float.MAX_VALUE,
            Float.NEGATIVE_INFINITY,
            Float.NaN,
            Float.intBitsToFloat(0x7F80_0001),
            Float.intBitsToFloat(0xFFFF_FFFF)
        };
        float[] expected = {
            1,
            1 + 4 * 0x1p-8f,
            1 + 2 * 0x1p-8f,
            -1,
            0,
            Float.MIN_NORMAL,
            Float.POSITIVE_INFINITY,
            Float.NEGATIVE_INFINITY,
            Float.NaN,
            Float.NaN,
            Float.NaN
        };
        Tensor one = Tensor.of(new float[] {1}, 1, 1);
        for (int i = 0; i < special.length; i++) {
            Tensor x = Tensor.of(new float[] {special[i]}, 1, 1);
            for (Product product : Product.values()) {
                Tensor left = poison(1, 1);
                Tensor right = poison(1, 1);
                device.matmul(left, x, one, product, Store.OVERWRITE);
                device.matmul(right, one, x, product, Store.OVERWRITE);
                assertThat(left.get(0)).as("%s · 1, %s", special[i], product).isEqualTo(Float.valueOf(expected[i]));
                assertThat(right.get(0)).as("1 · %s, %s", special[i], product).isEqualTo(Float.valueOf(expected[i]));
            }
        }
    }

    @Test
    void products_of_nothing_are_zero_or_what_was_there() {
        Tensor c = Tensor.of(new float[] {1, 2}, 1, 2);
        device.matmul(c, Tensor.of(new float[0], 1, 0), Tensor.of(new float[0], 0, 2), Product.NN, Store.ADD);
        assertThat(c.toArray()).containsExactly(1, 2);
        device.matmul(c, Tensor.of(new float[0], 1, 0), Tensor.of(new float[0], 0, 2), Product.NN, Store.OVERWRITE);
        assertThat(c.toArray()).containsExactly(0, 0);
    }

    @ParameterizedTest
    @EnumSource(Product.class)
    void products_are_the_same_bits_for_any_number_of_threads_and_every_time(Product product) {
        var random = new RandomTensors(3);
        Tensor a = product == Product.TN ? random.normal(1, 700, 515) : random.normal(1, 515, 700);
        Tensor b = product == Product.NT ? random.normal(1, 333, 700) : random.normal(1, 700, 333);
        Tensor expected = poison(515, 333);
        device.matmul(expected, a, b, product, Store.OVERWRITE);
        for (int threads : new int[] {1, 2, 3, 5}) {
            try (Kernels other = OneDnnForTests.kernels(threads)) {
                Tensor actual = poison(515, 333);
                for (int times = 0; times < 3; times++) {
                    other.matmul(actual, a, b, product, Store.OVERWRITE);
                    assertThat(Arrays.equals(actual.toArray(), expected.toArray()))
                            .as("%d threads", threads)
                            .isTrue();
                }
            }
        }
    }

    @Test
    void the_name_says_what_multiplies() {
        assertThat(device.name()).contains("products in bf16 by oneDNN 3.");
    }
}
