package inkling.core.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import inkling.core.device.reference.ReferenceKernels;
import inkling.core.tensor.Ids;
import inkling.core.tensor.ShapeException;
import inkling.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// What every device must do, compared with [ReferenceKernels] at sizes 1, odd, around vector and tile widths, and
/// large. Outputs start as NaN where a kernel must not read them. Every result has the same bits on 1, 2, 3 and 5
/// threads.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class KernelsContract {
    private static final int[] THREADS = {1, 2, 3, 5};
    private static final int[] WIDTHS = {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 130, 1000};
    private static final int[] ROWS = {1, 2, 5, 6, 7, 33, 70};

    private final Kernels reference = new ReferenceKernels();
    private final List<Kernels> devices = new ArrayList<>();

    /// The device under test.
    protected abstract Kernels device(int threads);

    @BeforeAll
    void start() {
        for (int threads : THREADS) {
            devices.add(device(threads));
        }
    }

    @AfterAll
    void stop() {
        devices.forEach(Kernels::close);
    }

    /// Tensors for one run of a case, the same for every device.
    protected static final class Inputs {
        private final Random random;

        Inputs(long seed) {
            random = new Random(seed);
        }

        Tensor normal(int... shape) {
            Tensor tensor = poisoned(shape);
            for (long i = 0; i < tensor.size(); i++) {
                tensor.set(i, (float) random.nextGaussian());
            }
            return tensor;
        }

        Tensor positive(int... shape) {
            Tensor tensor = poisoned(shape);
            for (long i = 0; i < tensor.size(); i++) {
                tensor.set(i, (float) random.nextDouble(0.001, 2));
            }
            return tensor;
        }

        Tensor poisoned(int... shape) {
            float[] values = new float[Math.toIntExact(Tensor.elements(shape))];
            java.util.Arrays.fill(values, Float.NaN);
            return Tensor.of(values, shape);
        }

        Ids ids(int size, int bound) {
            return Ids.of(random.ints(size, 0, bound).toArray());
        }
    }

    /// One call of a kernel.
    @FunctionalInterface
    protected interface Case {
        /// Runs it and gives what it wrote.
        List<Tensor> run(Kernels kernels, Inputs inputs);
    }

    /// Runs a case on all devices; `tolerance` is relative to `1 + |expected|`.
    protected void check(String what, double tolerance, Case oneCase) {
        List<Tensor> expected = oneCase.run(reference, new Inputs(1));
        List<Tensor> first = oneCase.run(devices.getFirst(), new Inputs(1));
        for (int i = 0; i < expected.size(); i++) {
            float[] actual = first.get(i).toArray();
            float[] values = expected.get(i).toArray();
            for (int j = 0; j < actual.length; j++) {
                double limit = tolerance * (1 + Math.abs(values[j]));
                // written so that NaN fails, unless the reference says NaN as well
                if (!(Math.abs((double) actual[j] - values[j]) <= limit) && Float.compare(actual[j], values[j]) != 0) {
                    throw new AssertionError(what + ": output " + i + " element " + j + " is " + actual[j]
                            + ", expected " + values[j] + " within " + limit);
                }
            }
        }
        for (int d = 1; d < devices.size(); d++) {
            List<Tensor> other = oneCase.run(devices.get(d), new Inputs(1));
            for (int i = 0; i < first.size(); i++) {
                assertThat(other.get(i).segment().mismatch(first.get(i).segment()))
                        .as("%s: first byte of output %d that differs on %d threads", what, i, THREADS[d])
                        .isEqualTo(-1);
            }
        }
    }

    private static double sumTolerance(int length) {
        return 4e-7 * (8 + Math.sqrt(length));
    }

    private void checkMatmul(int m, int n, int k) {
        for (Product product : Product.values()) {
            for (Store store : Store.values()) {
                check("matmul " + product + " " + store + " " + m + "x" + n + "x" + k, sumTolerance(k), (on, in) -> {
                    Tensor a = product == Product.TN ? in.normal(k, m) : in.normal(m, k);
                    Tensor b = product == Product.NT ? in.normal(n, k) : in.normal(k, n);
                    Tensor c = store == Store.ADD ? in.normal(m, n) : in.poisoned(m, n);
                    on.matmul(c, a, b, product, store);
                    return List.of(c);
                });
            }
        }
    }

    @Test
    void matrix_product_at_awkward_sizes() {
        int[] sizes = {1, 2, 3, 5, 6, 7, 8, 15, 16, 17, 31, 33, 47, 48, 49, 63, 64, 65, 127, 129};
        Random random = new Random(7);
        for (int i = 0; i < 60; i++) {
            checkMatmul(
                    sizes[random.nextInt(sizes.length)],
                    sizes[random.nextInt(sizes.length)],
                    sizes[random.nextInt(sizes.length)]);
        }
    }

    @Test
    void matrix_product_over_several_blocks() {
        checkMatmul(7, 1025, 3);
        checkMatmul(50, 515, 515);
        checkMatmul(1, 600, 1030);
        checkMatmul(4, 37, 2050);
        checkMatmul(5, 64, 2050);
        checkMatmul(300, 20, 1);
        checkMatmul(128, 128, 600);
    }

    @Test
    void matrix_product_of_nothing() {
        checkMatmul(0, 3, 4);
        checkMatmul(3, 0, 4);
        checkMatmul(3, 4, 0);
    }

    @Test
    void matrix_product_says_which_shape_is_wrong() {
        Inputs in = new Inputs(1);
        assertThatThrownBy(() -> devices
                        .getFirst()
                        .matmul(in.normal(2, 3), in.normal(2, 4), in.normal(3, 5), Product.NT, Store.ADD))
                .isInstanceOf(ShapeException.class)
                .hasMessage("matmul NT: b is (3, 5), expected (3, 4)");
    }

    @Test
    void embedding_and_its_gradient() {
        for (int width : WIDTHS) {
            for (int rows : ROWS) {
                check("embed " + rows + "x" + width, 0, (on, in) -> {
                    Tensor y = in.poisoned(rows, width);
                    on.embed(y, in.normal(9, width), in.ids(rows, 9));
                    return List.of(y);
                });
                check("embedBackward " + rows + "x" + width, 1e-5, (on, in) -> {
                    Tensor table = in.normal(9, width);
                    on.embedBackward(table, in.normal(rows, width), in.ids(rows, 9));
                    return List.of(table);
                });
            }
        }
    }

    @Test
    void rms_norm_and_its_gradient() {
        for (int width : WIDTHS) {
            for (int rows : ROWS) {
                check("rmsNorm " + rows + "x" + width, sumTolerance(width), (on, in) -> {
                    Tensor x = in.normal(rows, width);
                    Tensor gain = in.normal(width);
                    Tensor y = in.poisoned(rows, width);
                    Tensor inverseRms = in.poisoned(rows, 1);
                    on.rmsNorm(y, inverseRms, x, gain, 1e-5f);
                    Tensor dx = in.normal(rows, width);
                    Tensor dGain = in.normal(width);
                    // one value for both devices, so that the gradient is compared on its own
                    Tensor saved = in.positive(rows, 1);
                    on.rmsNormBackward(dx, dGain, in.normal(rows, width), x, gain, saved);
                    return List.of(y, inverseRms, dx, dGain);
                });
            }
        }
    }

    @Test
    void rotary_embedding_and_its_inverse() {
        for (int width : new int[] {2, 4, 6, 14, 16, 18, 32, 34, 64, 80}) {
            for (HeadLayout heads : List.of(
                    new HeadLayout(1, 0, width), new HeadLayout(3, 3, width), new HeadLayout(4, 2, width))) {
                for (boolean inverse : new boolean[] {false, true}) {
                    check("rope " + heads + " " + inverse, 1e-6, (on, in) -> {
                        Tensor x = in.normal(33, heads.fusedWidth());
                        on.rope(x, in.normal(40, width), in.ids(33, 40), heads, inverse);
                        return List.of(x);
                    });
                }
            }
        }
    }

    @Test
    void attention_and_its_gradient() {
        int[][] cases = {
            {1, 1, 1, 1, 1}, {2, 3, 2, 2, 4}, {1, 5, 4, 2, 7}, {2, 6, 1, 1, 16}, {1, 7, 2, 1, 17}, {1, 31, 2, 2, 32},
            {3, 33, 3, 1, 33}, {1, 47, 1, 1, 8}, {1, 48, 2, 2, 64}, {2, 49, 2, 2, 65}, {1, 63, 1, 1, 15},
            {1, 64, 4, 4, 32}, {1, 65, 1, 1, 31}, {1, 97, 6, 2, 80}, {1, 200, 2, 2, 48}
        };
        for (int[] c : cases) {
            AttentionShape shape = new AttentionShape(c[0], c[1], new HeadLayout(c[2], c[3], c[4]));
            HeadLayout heads = shape.heads();
            check("attention " + shape, sumTolerance(c[1] + c[4]), (on, in) -> {
                Tensor qkv = in.normal(shape.rows(), heads.fusedWidth());
                Tensor y = in.poisoned(shape.rows(), heads.queryWidth());
                Tensor logSumExp = in.poisoned(shape.batch() * heads.queryHeads(), shape.time());
                on.attention(y, logSumExp, qkv, shape);
                Tensor dy = in.normal(shape.rows(), heads.queryWidth());
                Tensor dQkv = in.poisoned(shape.rows(), heads.fusedWidth());
                on.attentionBackward(dQkv, dy, qkv, y, logSumExp, shape);
                return List.of(y, logSumExp, dQkv);
            });
        }
    }

    @Test
    void attention_over_a_cache() {
        int[][] cases = {{1, 0, 1, 1, 1}, {1, 40, 4, 2, 7}, {5, 3, 2, 2, 16}, {7, 60, 3, 1, 33}, {33, 0, 2, 2, 64}};
        for (int[] c : cases) {
            HeadLayout heads = new HeadLayout(c[2], c[3], c[4]);
            check("attentionCached " + heads, sumTolerance(c[1] + c[4]), (on, in) -> {
                Tensor qkv = in.normal(c[0], heads.fusedWidth());
                Tensor keys = in.normal(c[3], 70, c[4]);
                Tensor values = in.normal(c[3], 70, c[4]);
                Tensor y = in.poisoned(c[0], heads.queryWidth());
                on.attentionCached(y, qkv, keys, values, c[1], heads);
                return List.of(y, keys, values);
            });
        }
    }

    @Test
    void gated_unit_silu_and_their_gradients() {
        for (int width : WIDTHS) {
            for (int rows : ROWS) {
                check("swiGlu and silu " + rows + "x" + width, 1e-6, (on, in) -> {
                    Tensor gateUp = in.normal(rows, 2 * width);
                    on.scale(gateUp, 5);
                    Tensor dy = in.normal(rows, width);
                    Tensor x = in.normal(rows, width);
                    Tensor y = in.poisoned(rows, width);
                    on.swiGlu(y, gateUp);
                    Tensor silu = in.poisoned(rows, width);
                    on.silu(silu, x);
                    Tensor dx = in.poisoned(rows, width);
                    on.siluBackward(dx, dy, x);
                    Tensor dGateUp = in.poisoned(rows, 2 * width);
                    on.swiGluBackward(dGateUp, dy, gateUp);
                    on.swiGluBackward(gateUp, dy, gateUp);
                    on.siluBackward(x, dy, x);
                    return List.of(y, silu, dx, dGateUp, gateUp, x);
                });
            }
        }
    }

    @Test
    void softmax_its_logarithm_and_gradient() {
        for (int width : WIDTHS) {
            for (int rows : ROWS) {
                check("softmax " + rows + "x" + width, sumTolerance(width), (on, in) -> {
                    Tensor x = in.normal(rows, width);
                    on.scale(x, 10);
                    if (width > 2) {
                        x.set(1, Float.NEGATIVE_INFINITY);
                    }
                    on.fill(x.rows(rows - 1, rows), rows > 5 ? Float.NEGATIVE_INFINITY : 50);
                    Tensor y = in.poisoned(rows, width);
                    on.softmax(y, x);
                    Tensor finite = in.normal(rows, width);
                    Tensor log = in.poisoned(rows, width);
                    on.logSoftmax(log, finite);
                    Tensor dx = in.normal(rows, width);
                    on.softmaxBackward(dx, dx, finite);
                    on.softmax(x, x);
                    return List.of(y, log, dx, x);
                });
            }
        }
    }

    @Test
    void cross_entropy_and_its_gradient() {
        for (int width : WIDTHS) {
            for (int rows : ROWS) {
                check("crossEntropy " + rows + "x" + width, sumTolerance(width), (on, in) -> {
                    Tensor logits = in.normal(rows, width);
                    on.scale(logits, 20);
                    Ids targets = in.ids(rows, width);
                    Tensor losses = in.poisoned(rows, 1);
                    on.crossEntropy(losses, logits, targets);
                    Tensor again = in.poisoned(rows, 1);
                    on.crossEntropyWithGradient(again, logits, targets, 0.25f);
                    return List.of(losses, again, logits);
                });
            }
        }
    }

    @Test
    void passes_over_all_elements() {
        for (int size : new int[] {1, 3, 15, 16, 17, 1000, 16_383, 16_385, 70_001}) {
            check("element-wise " + size, 1e-6, (on, in) -> {
                Tensor filled = in.poisoned(size);
                on.fill(filled, 3);
                Tensor x = in.normal(size);
                Tensor copied = in.poisoned(size);
                on.copy(copied, x);
                Tensor y = in.normal(size);
                on.addScaled(y, x, 0.3f);
                on.scale(x, 0.7f);
                Tensor sum = Tensor.of(new float[] {(float) Math.sqrt(on.sumOfSquares(x))}, 1);
                return List.of(filled, copied, y, x, sum);
            });
        }
    }

    @Test
    void one_pass_of_adamw_in_all_three_orders() {
        for (AdamWStep.Order order : AdamWStep.Order.values()) {
            for (int size : new int[] {1, 17, 1000, 40_001}) {
                check("adamW " + order + " " + size, 2e-6, (on, in) -> {
                    Tensor p = in.normal(size);
                    Tensor m = in.normal(size);
                    Tensor v = in.positive(size);
                    AdamWStep step = new AdamWStep(0.01f, 0.9f, 0.95f, 1e-8f, 0.1f, 0.5f, 3, order);
                    on.adamW(p, in.normal(size), m, v, step);
                    return List.of(p, m, v);
                });
            }
        }
    }
}
