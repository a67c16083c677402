package inkling.core.nn;

import static inkling.core.nn.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import inkling.core.device.Kernels;
import inkling.core.ops.CrossEntropy;
import inkling.core.tensor.Ids;
import inkling.core.tensor.Tensor;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every combination of variants, on any device: loss and gradients equal those of the scalar model and of
/// central differences; micro-batches, evaluation and cached generation agree with the whole.
abstract class VariantGradients {
    private static final int[][] IDS = {{3, 1, 4, 1, 5}, {9, 2, 6, 5, 3}};
    private static final int[][] TARGETS = {{1, 4, 1, 5, 9}, {2, 6, 5, 3, 10}};
    private static final double TOLERANCE = 4e-6;

    private final Kernels kernels = kernels();

    /// The device under test.
    abstract Kernels kernels();

    @AfterEach
    void close() {
        kernels.close();
    }

    private SmallModel small(ModelConfig config) {
        SmallModel small = SmallModel.of(config, kernels);
        small.parameters().initialize(5);
        var random = new SplittableRandom(6);
        for (Tensor value : small.parameters().stateDict().values()) {
            for (long i = 0; i < value.size(); i++) {
                // not all gains are 1, and activations stay moderate without a norm
                value.set(i, 0.5f * value.get(i) + (float) (0.1 * random.nextGaussian()));
            }
        }
        return small;
    }

    private static Ids flat(int[][] ids) {
        return Ids.of(Arrays.stream(ids).flatMapToInt(Arrays::stream).toArray());
    }

    private static double lossAndGradients(SmallModel small) {
        return small.model().lossAndGradients(small.training(), flat(IDS), flat(TARGETS), 2, 5, 0.1f);
    }

    @ParameterizedTest
    @MethodSource("inkling.core.nn.Variants#all")
    void loss_and_gradients_equal_the_scalar_model(ModelConfig config) {
        SmallModel small = small(config);
        ScalarModel scalars = new ScalarModel(config, small.parameters().stateDict());
        Scalar expected = scalars.loss(IDS, TARGETS);
        expected.backward();

        assertThat(lossAndGradients(small)).isCloseTo(expected.value, within(TOLERANCE));
        for (Map.Entry<String, Tensor> gradient :
                small.parameters().gradientDict().entrySet()) {
            String name = gradient.getKey();
            assertClose(name, gradient.getValue(), scalars.gradient(name), TOLERANCE);
        }
    }

    @ParameterizedTest
    @MethodSource("inkling.core.nn.Variants#all")
    void gradients_equal_central_differences(ModelConfig config) {
        SmallModel small = small(config);
        lossAndGradients(small);
        var random = new SplittableRandom(8);
        Map<String, Tensor> values = small.parameters().stateDict();
        for (Map.Entry<String, Tensor> entry : small.parameters().gradientDict().entrySet()) {
            String name = entry.getKey();
            Tensor value = Objects.requireNonNull(values.get(name));
            float[] start = value.toArray();
            float[] direction = new float[start.length];
            double slope = 0;
            for (int i = 0; i < direction.length; i++) {
                direction[i] = (float) random.nextGaussian();
                slope += direction[i] * (double) entry.getValue().get(i);
            }
            float step = 1e-2f / (float) Math.sqrt(direction.length);
            double difference =
                    (lossAt(small, value, start, direction, step) - lossAt(small, value, start, direction, -step))
                            / (2.0 * step);
            value.copyFrom(start);
            assertThat(slope).as(name).isCloseTo(difference, within(2e-3 * Math.max(1, Math.abs(difference))));
        }
    }

    private static double lossAt(SmallModel small, Tensor value, float[] start, float[] direction, float step) {
        for (int i = 0; i < start.length; i++) {
            value.set(i, start[i] + step * direction[i]);
        }
        return evaluate(small);
    }

    private static double evaluate(SmallModel small) {
        return CrossEntropy.mean(small.model().losses(small.inference(), flat(IDS), flat(TARGETS), 2, 5));
    }

    @ParameterizedTest
    @MethodSource("inkling.core.nn.Variants#all")
    void micro_batches_add_up_to_the_whole_and_evaluation_gives_the_same_loss(ModelConfig config) {
        SmallModel small = small(config);
        double loss = lossAndGradients(small);
        assertThat(evaluate(small)).isEqualTo(loss);
        float[] whole = small.parameters().gradients().toArray();
        small.parameters().gradients().copyFrom(new float[whole.length]);
        double sum = 0;
        for (int b = 0; b < 2; b++) {
            sum += small.model().lossAndGradients(small.training(), Ids.of(IDS[b]), Ids.of(TARGETS[b]), 1, 5, 0.1f);
        }
        assertThat(sum / 2).isCloseTo(loss, within(1e-6));
        double[] expected = new double[whole.length];
        for (int i = 0; i < whole.length; i++) {
            expected[i] = whole[i];
        }
        assertClose("gradients", small.parameters().gradients(), expected, TOLERANCE);
    }

    @ParameterizedTest
    @MethodSource("inkling.core.nn.Variants#all")
    void cached_generation_equals_the_full_forward_pass(ModelConfig config) {
        SmallModel small = small(config);
        Ids ids = Ids.of(IDS[0]);
        int vocabulary = config.vocabularySize();
        Tensor logits = small.model().logits(small.inference(), ids, 1, 5).value();
        float[] full = logits.toArray();
        for (int prefill = 1; prefill <= 5; prefill++) {
            KeyValueCache cache = KeyValueCache.allocate(Arena.ofAuto(), config, 5);
            for (int from = 0, to = prefill; from < 5; from = to, to++) {
                Tensor next = small.model().next(small.inference(), ids.slice(from, to), cache);
                double[] row = new double[vocabulary];
                for (int j = 0; j < vocabulary; j++) {
                    row[j] = full[(to - 1) * vocabulary + j];
                }
                assertClose("token " + to, next, row, TOLERANCE);
            }
            assertThat(cache.length()).isEqualTo(5);
        }
    }
}
