package inkling.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import inkling.core.data.BatchSource;
import inkling.core.device.AdamWStep;
import inkling.core.device.Kernels;
import inkling.core.device.reference.ReferenceKernels;
import inkling.core.format.ModelConfigJson;
import inkling.core.nn.ModelConfig;
import inkling.core.nn.TransformerLm;
import inkling.core.ops.Tape;
import inkling.core.optim.LearningRate;
import inkling.core.optim.Optimizer;
import inkling.core.optim.OptimizerSpec;
import inkling.core.tensor.Ids;
import inkling.core.tensor.Parameters;
import inkling.core.tensor.Workspace;
import inkling.testkit.Npz;
import inkling.testkit.SharedData;
import inkling.tokenizer.json.JsonReader;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A whole run of 50 steps from given weights and given batches, compared step by step with the float64 reference.
final class ReferenceRunTest {
    private final Npz fixture = Npz.read("fixtures/cs336/train/run.npz");

    /// The given starts, eight for each step.
    private final class GivenBatches implements BatchSource {
        private final int[] tokens = fixture.integers("tokens");
        private final int[] starts = fixture.integers("starts");
        private int next;

        @Override
        public void next(Ids inputs, Ids targets) {
            int time = 16;
            for (int row = 0; row < inputs.size(); row += time) {
                for (int t = 0; t < time; t++) {
                    inputs.set(row + t, tokens[starts[next] + t]);
                    targets.set(row + t, tokens[starts[next] + t + 1]);
                }
                next++;
            }
        }

        @Override
        public long state() {
            return next;
        }

        @Override
        public void restore(long state) {
            next = (int) state;
        }
    }

    private static TrainConfig config(AdamWStep.Order order, int microBatches) throws IOException {
        ModelConfig model = ModelConfigJson.read(JsonReader.read(SharedData.path("fixtures/cs336/train/run.json"))
                .member("config"));
        return new TrainConfig(
                model,
                new TrainConfig.Optimization(
                        new OptimizerSpec.AdamW(0.9, 0.95, 1e-8, 0.1, true, order),
                        new LearningRate.WarmupCosine(3e-3, 3e-4, 5, 50),
                        1),
                new TrainConfig.Batch(8, 16, microBatches),
                50,
                0,
                new TrainConfig.Evaluation(100, 1000),
                new TrainConfig.Checkpoints(100, 100, 1));
    }

    @ParameterizedTest
    @CsvSource({"DECAY_FIRST,1", "DECAY_LAST,1", "PYTORCH,1", "DECAY_FIRST,4"})
    void fifty_steps_follow_the_reference(AdamWStep.Order order, int microBatches) throws IOException {
        TrainConfig config = config(order, microBatches);
        try (Arena arena = Arena.ofConfined();
                Kernels kernels = new ReferenceKernels()) {
            var declarations = new Parameters.Declarations();
            TransformerLm model = TransformerLm.declare(config.model(), declarations);
            Parameters parameters = declarations.allocate(arena);
            parameters.stateDict().forEach((name, value) -> value.copyFrom(fixture.floats("init:" + name)));
            Optimizer optimizer = Optimizer.of(config.optimization().optimizer(), kernels, parameters, arena);
            var step = new TrainingStep(config, model, parameters, optimizer);
            Tape tape = Tape.recording(kernels, Workspace.allocate(arena, StepMemory.training(config)));
            GivenBatches batches = new GivenBatches();
            String variant = order.name().toLowerCase(Locale.ROOT);
            double[] losses = fixture.doubles("loss_" + variant);
            double[] norms = fixture.doubles("grad_norm_" + variant);
            for (int s = 0; s < 50; s++) {
                TrainingStep.Result result = step.run(tape, batches);
                assertThat(result.loss()).isCloseTo(losses[s], within(2e-6 * losses[s]));
                assertThat(result.gradientNorm()).isCloseTo(norms[s], within(2e-5 * norms[s]));
                assertThat(result.learningRate()).isCloseTo(fixture.doubles("lr")[s], within(1e-12));
            }
            if (order == AdamWStep.Order.DECAY_FIRST) {
                parameters
                        .stateDict()
                        .forEach((name, value) -> assertThat(value.toArray())
                                .as(name)
                                .usingComparatorWithPrecision(2e-5f)
                                .containsExactly(fixture.floats("final:" + name)));
            }
        }
    }
}
