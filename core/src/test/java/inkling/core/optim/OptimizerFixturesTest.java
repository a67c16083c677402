package inkling.core.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import inkling.core.device.AdamWStep;
import inkling.core.device.Kernels;
import inkling.core.device.reference.ReferenceKernels;
import inkling.core.tensor.Initializer;
import inkling.core.tensor.Parameter;
import inkling.core.tensor.Parameters;
import inkling.core.tensor.Tensor;
import inkling.testkit.Npz;
import inkling.testkit.SharedData;
import inkling.tokenizer.json.JsonPlace;
import inkling.tokenizer.json.JsonReader;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class OptimizerFixturesTest {
    private static final double TOLERANCE = 1e-5; // of the largest value, after up to 1,000 steps in float32

    private final Kernels kernels = new ReferenceKernels();

    /// One parameter matrix with given values.
    private static Parameters parameters(float[] values, int rows, boolean decayed) {
        var declarations = new Parameters.Declarations();
        Parameter parameter = decayed
                ? declarations.matrix("w", new Initializer.Constant(0), rows, values.length / rows)
                : declarations.vector("w", new Initializer.Constant(0), values.length);
        Parameters parameters = declarations.allocate(Arena.ofAuto());
        parameter.value().copyFrom(values);
        return parameters;
    }

    private static OptimizerSpec.AdamW spec(Npz fixture, AdamWStep.Order order) {
        return new OptimizerSpec.AdamW(
                fixture.number("beta1"),
                fixture.number("beta2"),
                fixture.number("eps"),
                fixture.number("weight_decay"),
                false,
                order);
    }

    private static void assertClose(Tensor actual, double[] expected) {
        double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) actual.get(i)).isCloseTo(expected[i], within(TOLERANCE * largest));
        }
    }

    @ParameterizedTest
    @EnumSource
    void adamw_on_given_gradients_ends_where_the_reference_ends(AdamWStep.Order order) {
        Npz fixture = Npz.read("fixtures/cs336/optim/adamw_given_grads.npz");
        Parameters parameters = parameters(fixture.floats("p0"), 1, true);
        Tensor gradient = parameters.all().getFirst().gradient();
        var optimizer = new AdamW(spec(fixture, order), kernels, parameters, Arena.ofAuto());
        float[] gradients = fixture.floats("grads");
        for (int step = 0; step < 200; step++) {
            gradient.copyFrom(Arrays.copyOfRange(gradients, 40 * step, 40 * step + 40));
            optimizer.step(fixture.number("lr"), 1);
        }
        String name = "p_" + order.name().toLowerCase(Locale.ROOT);
        assertClose(parameters.all().getFirst().value(), fixture.doubles(name));
    }

    @ParameterizedTest
    @EnumSource
    void adamw_solves_the_official_regression_task_step_by_step(AdamWStep.Order order) {
        Npz fixture = Npz.read("fixtures/cs336/optim/adamw_regression.npz");
        Parameters parameters = parameters(fixture.floats("w0"), 2, true);
        Parameter weight = parameters.all().getFirst();
        var optimizer = new AdamW(spec(fixture, order), kernels, parameters, Arena.ofAuto());
        String variant = order.name().toLowerCase(Locale.ROOT);
        float[] xs = fixture.floats("xs");
        int[] kept = fixture.integers("steps_kept");
        double[] expected = fixture.doubles("w_" + variant);
        int compared = 0;
        for (int step = 0; step < 1000; step++) {
            regressionGradient(weight, Arrays.copyOfRange(xs, 3 * step, 3 * step + 3));
            optimizer.step(fixture.number("lr"), 1);
            int index = Arrays.binarySearch(kept, step + 1);
            if (index >= 0) {
                assertClose(weight.value(), Arrays.copyOfRange(expected, 6 * index, 6 * index + 6));
                compared++;
            }
        }
        assertThat(compared).isEqualTo(kept.length);
        optimizer.state().forEach((name, slab) -> {
            String key = (name.equals("first_moment") ? "m_" : "v_") + variant;
            parameters.stateDict(slab).forEach((_, moment) -> assertClose(moment, fixture.doubles(key)));
        });
    }

    /// `y = W·x`, target `(x₀ + x₁, −x₂)`, loss `Σ (target − y)²`.
    private static void regressionGradient(Parameter weight, float[] x) {
        float[] target = {x[0] + x[1], -x[2]};
        for (int row = 0; row < 2; row++) {
            double y = 0;
            for (int k = 0; k < 3; k++) {
                y += (double) weight.value().get(3 * row + k) * x[k];
            }
            for (int k = 0; k < 3; k++) {
                weight.gradient().set(3 * row + k, (float) (2 * (y - target[row]) * x[k]));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, 10, 100, 1000})
    void sgd_with_decaying_rate_loses_as_in_the_handout(double learningRate) {
        Npz fixture = Npz.read("fixtures/cs336/optim/sgd_toy.npz");
        Parameters parameters = parameters(fixture.floats("w0"), 10, true);
        Parameter weight = parameters.all().getFirst();
        var optimizer = new Sgd(new OptimizerSpec.Sgd(true), kernels, parameters);
        double[] expected = fixture.doubles("loss_lr" + (int) learningRate);
        for (double loss : expected) {
            assertThat(kernels.sumOfSquares(weight.value()) / 100)
                    .isCloseTo(loss, within(1e-4 * loss + 1e-15)); // at rate 100 all is 0 but rounding
            for (int i = 0; i < 100; i++) {
                weight.gradient().set(i, 2 * weight.value().get(i) / 100);
            }
            optimizer.step(learningRate, 1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"above", "below", "mixed", "zero"})
    void clipping_scales_all_gradients_by_one_factor(String name) {
        Npz fixture = Npz.read("fixtures/cs336/optim/clip_" + name + ".npz");
        Parameters parameters = parameters(new float[fixture.floats("grads").length], 1, true);
        Parameter parameter = parameters.all().getFirst();
        parameter.gradient().copyFrom(fixture.floats("grads"));
        double norm = GradientClipping.norm(kernels, parameters);
        assertThat(norm).isCloseTo(fixture.number("norm_before"), within(1e-6 * Math.max(1, norm)));
        kernels.scale(parameter.gradient(), (float) new GradientClipping(fixture.number("max_norm")).scale(norm));
        assertClose(parameter.gradient(), fixture.doubles("clipped"));
    }

    @Test
    void cosine_schedule_equals_the_table() throws IOException {
        for (JsonPlace table : JsonReader.read(SharedData.path("fixtures/cs336/optim/cosine.json"))
                .items()) {
            var schedule = new LearningRate.WarmupCosine(
                    table.member("max_learning_rate").number(),
                    table.member("min_learning_rate").number(),
                    table.member("warmup_iters").integer(0, 100),
                    table.member("cosine_cycle_iters").integer(0, 100));
            int t = 0;
            for (JsonPlace rate : table.member("lrs").items()) {
                assertThat(schedule.at(t++)).isCloseTo(rate.number(), within(1e-15));
            }
        }
    }

    @Test
    void weight_decay_leaves_gains_alone_unless_asked() {
        for (boolean decayGains : new boolean[] {false, true}) {
            Parameters parameters = parameters(new float[] {1, 2, 3}, 1, false);
            var spec = new OptimizerSpec.AdamW(0.9, 0.95, 1e-8, 0.5, decayGains, AdamWStep.Order.DECAY_FIRST);
            new AdamW(spec, kernels, parameters, Arena.ofAuto()).step(0.1, 1);
            float factor = decayGains ? 0.95f : 1;
            assertThat(parameters.all().getFirst().value().toArray())
                    .usingComparatorWithPrecision(1e-6f)
                    .containsExactly(factor, 2 * factor, 3 * factor);
        }
    }
}
