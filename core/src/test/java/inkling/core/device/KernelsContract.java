package inkling.core.device;

import static inkling.core.device.RandomTensors.copyOf;
import static inkling.core.device.RandomTensors.poison;
import static inkling.core.device.Tolerance.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import inkling.core.tensor.Ids;
import inkling.core.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What every device must do: equal the reference at sizes of one, odd, a lane or a tile more or less, and
/// large; never read a written output (they are filled with NaN first). Tolerance grows with the length of the
/// sums.
abstract class KernelsContract extends AttentionContract {
    private static final int[] SIZES = {1, 2, 3, 7, 8, 15, 16, 17, 31, 33, 47, 48, 49, 64, 65, 127, 129};

    @ParameterizedTest
    @EnumSource(Product.class)
    void matmul_equals_the_reference_at_odd_sizes(Product product) {
        var random = new RandomTensors(1);
        for (int m : new int[] {1, 2, 5, 6, 7, 11, 12, 13, 17, 48, 65}) {
            for (int n : new int[] {1, 3, 4, 5, 7, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 130}) {
                for (int k : new int[] {1, 2, 9, 16, 33, 200}) {
                    matmul(random, product, m, n, k);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "NN,130,257,700",
        "NT,200,513,300",
        "TN,257,130,1100",
        "NT,1,1000,512",
        "NT,1,3001,1024",
        "NT,3,777,129",
        "NT,101,1601,900", // groups of panels, the last one not whole, of several blocks of steps
        "TN,96,96,2048",
        "TN,131,128,1100", // few columns, nothing packed, several blocks of steps, the last tile not whole
        "TN,50,384,1000",
        "TN,13,32,1300", // the same with the narrow tile
        "TN,521,64,1100", // B in place, A in place or packed by strips
        "TN,128,384,1000", // the result is turned
        "TN,32,128,1300",
        "NN,13,2500,20", // more than one block of columns
        "NT,500,70,1600", // several strips and blocks of steps
        "NT,403,270,701", // with few registers rows are packed in vectors, steps and rows left over in arrays
        "NN,333,257,900",
        "NT,33,1571,770", // few rows and many columns: with few registers packed once for each group of panels
        "NN,301,700,605", // several strips of a block that is larger than a second-level cache
        "NN,7,2048,768", // a block that fills the memory for packed blocks to its last byte
        "TN,500,2100,33"
    })
    void matmul_equals_the_reference_at_large_sizes(Product product, int m, int n, int k) {
        matmul(new RandomTensors(2), product, m, n, k);
    }

    private void matmul(RandomTensors random, Product product, int m, int n, int k) {
        Tensor a = product == Product.TN ? random.normal(1, k, m) : random.normal(1, m, k);
        Tensor b = product == Product.NT ? random.normal(1, n, k) : random.normal(1, k, n);
        Tensor expected = poison(m, n);
        Tensor actual = poison(m, n);
        compare(
                kernels -> kernels.matmul(expected, a, b, product, Store.OVERWRITE),
                expected,
                kernels -> kernels.matmul(actual, a, b, product, Store.OVERWRITE),
                actual,
                k);
        Tensor start = random.normal(1, m, n);
        Tensor sumExpected = copyOf(start);
        Tensor sumActual = copyOf(start);
        compare(
                kernels -> kernels.matmul(sumExpected, a, b, product, Store.ADD),
                sumExpected,
                kernels -> kernels.matmul(sumActual, a, b, product, Store.ADD),
                sumActual,
                k);
    }

    @Test
    void embedding_and_its_gradient_equal_the_reference() {
        var random = new RandomTensors(3);
        for (int width : SIZES) {
            Tensor table = random.normal(1, 11, width);
            Ids ids = random.ids(40, 11); // ids repeat
            Tensor expected = poison(40, width);
            Tensor actual = poison(40, width);
            compare(k -> k.embed(expected, table, ids), expected, k -> k.embed(actual, table, ids), actual, 1);
            Tensor dy = random.normal(1, 40, width);
            Tensor dExpected = copyOf(table);
            Tensor dActual = copyOf(table);
            compare(
                    k -> k.embedBackward(dExpected, dy, ids),
                    dExpected,
                    k -> k.embedBackward(dActual, dy, ids),
                    dActual,
                    10);
        }
    }

    @Test
    void rms_norm_and_its_gradient_equal_the_reference() {
        var random = new RandomTensors(4);
        for (int width : SIZES) {
            int rows = 70; // more than one block of rows
            Tensor x = random.positive(rows, width); // away from zero, where 1/rms has no bound
            Tensor gain = random.normal(1, width);
            Tensor expected = poison(rows, width);
            Tensor actual = poison(rows, width);
            Tensor r = poison(rows, 1);
            Tensor rActual = poison(rows, 1);
            compare(
                    k -> k.rmsNorm(expected, r, x, gain, 1e-5f),
                    expected,
                    k -> k.rmsNorm(actual, rActual, x, gain, 1e-5f),
                    actual,
                    width);
            assertClose(rActual, r, width);
            Tensor dy = random.normal(1, rows, width);
            Tensor dx = random.normal(1, rows, width);
            Tensor dxActual = copyOf(dx);
            Tensor dGain = random.normal(1, width);
            Tensor dGainActual = copyOf(dGain);
            compare(
                    k -> k.rmsNormBackward(dx, dGain, dy, x, gain, r),
                    dx,
                    k -> k.rmsNormBackward(dxActual, dGainActual, dy, x, gain, r),
                    dxActual,
                    width);
            assertClose(dGainActual, dGain, rows);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4, 6, 8, 16, 18, 32, 34, 64, 66, 128})
    void rope_equals_the_reference_and_turns_back(int headWidth) {
        var random = new RandomTensors(5);
        for (HeadLayout heads : new HeadLayout[] {
            new HeadLayout(1, 0, headWidth), new HeadLayout(4, 2, headWidth), new HeadLayout(3, 3, headWidth)
        }) {
            Tensor x = random.normal(1, 35, heads.fusedWidth());
            Tensor angles = random.normal(1, 9, headWidth);
            Ids positions = random.ids(35, 9);
            for (boolean inverse : new boolean[] {false, true}) {
                Tensor expected = copyOf(x);
                Tensor actual = copyOf(x);
                compare(
                        k -> k.rope(expected, angles, positions, heads, inverse),
                        expected,
                        k -> k.rope(actual, angles, positions, heads, inverse),
                        actual,
                        2);
            }
        }
    }

    @Test
    void gated_units_and_their_gradients_equal_the_reference() {
        var random = new RandomTensors(8);
        for (int width : SIZES) {
            Tensor gateUp = random.normal(4, 19, 2 * width);
            Tensor dy = random.normal(1, 19, width);
            Tensor expected = poison(19, width);
            Tensor actual = poison(19, width);
            compare(k -> k.swiGlu(expected, gateUp), expected, k -> k.swiGlu(actual, gateUp), actual, 1);
            Tensor dExpected = poison(19, 2 * width);
            Tensor dActual = copyOf(gateUp); // in place, as the operations use it
            compare(
                    k -> k.swiGluBackward(dExpected, dy, gateUp),
                    dExpected,
                    k -> k.swiGluBackward(dActual, dy, dActual),
                    dActual,
                    1);
            compare(k -> k.silu(expected, dy), expected, k -> k.silu(actual, dy), actual, 1);
            Tensor x = random.normal(4, 19, width);
            compare(k -> k.siluBackward(expected, dy, x), expected, k -> k.siluBackward(actual, dy, x), actual, 1);
        }
    }

    @Test
    void softmax_family_equals_the_reference() {
        var random = new RandomTensors(9);
        for (int width : SIZES) {
            Tensor x = random.normal(5, 13, width);
            for (int masked = 0; masked < width; masked += 3) {
                x.set((long) width * 4 + masked, Float.NEGATIVE_INFINITY);
            }
            Tensor y = poison(13, width);
            Tensor actual = poison(13, width);
            compare(k -> k.softmax(y, x), y, k -> k.softmax(actual, x), actual, width);
            Tensor dy = random.normal(1, 13, width);
            Tensor dx = poison(13, width);
            Tensor dActual = copyOf(dy);
            compare(k -> k.softmaxBackward(dx, dy, y), dx, k -> k.softmaxBackward(dActual, dActual, y), dActual, width);
            Tensor logits = random.normal(20, 13, width);
            compare(k -> k.logSoftmax(y, logits), y, k -> k.logSoftmax(actual, logits), actual, width);
        }
    }

    @Test
    void cross_entropy_and_its_gradient_equal_the_reference() {
        var random = new RandomTensors(10);
        for (int width : SIZES) {
            Tensor logits = random.normal(6, 21, width);
            Ids targets = random.ids(21, width);
            Tensor losses = poison(21, 1);
            Tensor lossesActual = poison(21, 1);
            compare(
                    k -> k.crossEntropy(losses, logits, targets),
                    losses,
                    k -> k.crossEntropy(lossesActual, logits, targets),
                    lossesActual,
                    width);
            Tensor expected = copyOf(logits);
            Tensor actual = copyOf(logits);
            compare(
                    k -> k.crossEntropyWithGradient(losses, expected, targets, 0.37f),
                    expected,
                    k -> k.crossEntropyWithGradient(lossesActual, actual, targets, 0.37f),
                    actual,
                    width);
            assertClose(lossesActual, losses, width);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 15, 16, 17, 1000, 65_536, 65_537, 200_003})
    void passes_over_memory_equal_the_reference(int size) {
        var random = new RandomTensors(11);
        Tensor x = random.normal(2, size);
        Tensor y = random.normal(1, size);
        Tensor actual = copyOf(y);
        compare(k -> k.addScaled(y, x, -0.7f), y, k -> k.addScaled(actual, x, -0.7f), actual, 1);
        compare(k -> k.scale(y, 1.3f), y, k -> k.scale(actual, 1.3f), actual, 1);
        compare(k -> k.copy(y, x), y, k -> k.copy(actual, x), actual, 1);
        assertThat(device.sumOfSquares(x))
                .isCloseTo(reference.sumOfSquares(x), org.assertj.core.data.Percentage.withPercentage(1e-10));
        compare(k -> k.fill(y, 2.5f), y, k -> k.fill(actual, 2.5f), actual, 1);
    }

    @ParameterizedTest
    @EnumSource(AdamWStep.Order.class)
    void adam_w_equals_the_reference_in_every_order(AdamWStep.Order order) {
        var random = new RandomTensors(12);
        for (int size : new int[] {1, 17, 16_384, 16_401}) {
            Tensor theta = random.normal(1, size);
            Tensor g = random.normal(1, size);
            Tensor m = random.normal(0.1, size);
            Tensor v = random.positive(size);
            Tensor theta2 = copyOf(theta);
            Tensor m2 = copyOf(m);
            Tensor v2 = copyOf(v);
            var step = new AdamWStep(1e-2f, 0.9f, 0.99f, 1e-8f, 0.1f, 0.5f, 3, order);
            compare(k -> k.adamW(theta, g, m, v, step), theta, k -> k.adamW(theta2, g, m2, v2, step), theta2, 4);
            assertClose(m2, m, 2);
            assertClose(v2, v, 2);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 5})
    void every_kernel_gives_the_same_bits_for_any_number_of_threads(int threads) {
        var expected = KernelFingerprint.of(device);
        try (Kernels other = create(threads)) {
            KernelFingerprint.of(other)
                    .forEach((kernel, bits) -> assertThat(Arrays.equals(bits, expected.get(kernel)))
                            .as(kernel)
                            .isTrue());
        }
    }

    @Test
    void no_kernel_reads_what_it_is_to_write() {
        KernelFingerprint.of(device).forEach((kernel, bits) -> {
            for (float one : bits) {
                assertThat(one).as(kernel).isNotNaN();
            }
        });
    }
}
