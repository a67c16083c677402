package inkling.core.train;

import static org.assertj.core.api.Assertions.assertThat;

import inkling.core.data.BatchSource;
import inkling.core.device.Kernels;
import inkling.core.device.cpu.CpuKernels;
import inkling.core.device.reference.ReferenceKernels;
import inkling.core.nn.FeedForwardSpec;
import inkling.core.nn.ModelConfig;
import inkling.core.nn.NormPlacement;
import inkling.core.nn.NormSpec;
import inkling.core.nn.PositionSpec;
import inkling.core.nn.TransformerLm;
import inkling.core.ops.Tape;
import inkling.core.optim.LearningRate;
import inkling.core.optim.Optimizer;
import inkling.core.optim.OptimizerSpec;
import inkling.core.tensor.Ids;
import inkling.core.tensor.Parameter;
import inkling.core.tensor.Parameters;
import inkling.core.tensor.Tensor;
import inkling.core.tensor.Workspace;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A step makes its gradients from nothing: what an earlier one has left in their memory does not matter.
final class DiscardedGradientsTest {
    private static final int VOCABULARY = 40;

    @ParameterizedTest
    @CsvSource({"false, 1, cpu", "false, 3, cpu", "true, 1, cpu", "true, 2, cpu", "true, 2, reference"})
    void a_step_does_not_read_what_gradients_held_before(boolean tied, int microBatches, String device) {
        try (Kernels kernels = device.equals("cpu") ? new CpuKernels(2) : new ReferenceKernels()) {
            assertThat(weightsAfterTwoSteps(kernels, tied, microBatches, Float.NaN))
                    .isEqualTo(weightsAfterTwoSteps(kernels, tied, microBatches, 0))
                    .doesNotContain(Float.NaN);
        }
    }

    private static TrainConfig config(boolean tied, int microBatches) {
        var model = new ModelConfig(
                VOCABULARY,
                8,
                12,
                2,
                3,
                3,
                new NormSpec.Rms(1e-5f),
                NormPlacement.PRE,
                new PositionSpec.Rope(10_000f),
                new FeedForwardSpec.SwiGlu(20),
                tied);
        return new TrainConfig(
                model,
                new TrainConfig.Optimization(OptimizerSpec.AdamW.standard(), new LearningRate.Constant(1e-2), 1),
                new TrainConfig.Batch(2 * microBatches, 8, microBatches),
                2,
                1,
                new TrainConfig.Evaluation(10, 1),
                new TrainConfig.Checkpoints(10, 1e9, 1));
    }

    private static float[] weightsAfterTwoSteps(Kernels kernels, boolean tied, int microBatches, float leftOver) {
        TrainConfig config = config(tied, microBatches);
        try (Arena arena = Arena.ofShared()) {
            var declarations = new Parameters.Declarations();
            TransformerLm lm = TransformerLm.declare(config.model(), declarations);
            Parameters parameters = declarations.allocate(arena);
            parameters.initialize(1);
            Optimizer optimizer = Optimizer.of(config.optimization().optimizer(), kernels, parameters, arena);
            Tape tape = Tape.recording(kernels, Workspace.allocate(arena, StepMemory.training(config)));
            var step = new TrainingStep(config, lm, parameters, optimizer);
            var batches = new RandomBatches();
            for (int s = 0; s < 2; s++) {
                for (Parameter parameter : parameters.all()) {
                    fill(parameter.gradient(), leftOver);
                }
                step.run(tape, batches);
            }
            for (Parameter parameter : parameters.all()) {
                assertThat(kernels.sumOfSquares(parameter.gradient()))
                        .as(parameter.name())
                        .isPositive();
            }
            return parameters.values().toArray();
        }
    }

    private static void fill(Tensor tensor, float value) {
        float[] values = new float[Math.toIntExact(tensor.size())];
        Arrays.fill(values, value);
        tensor.copyFrom(values);
    }

    /// Only half of the vocabulary: rows of the table that nobody looks up must be zeros too.
    private static final class RandomBatches implements BatchSource {
        private final SplittableRandom random = new SplittableRandom(3);

        @Override
        public void next(Ids inputs, Ids targets) {
            for (int i = 0; i < inputs.size(); i++) {
                inputs.set(i, random.nextInt(VOCABULARY / 2));
                targets.set(i, random.nextInt(VOCABULARY));
            }
        }

        @Override
        public long state() {
            return 0;
        }

        @Override
        public void restore(long state) {
            throw new UnsupportedOperationException("these batches are not resumed");
        }
    }
}
