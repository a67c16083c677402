package inkling.core.train;

import static org.assertj.core.api.Assertions.assertThat;

import inkling.core.data.BatchSource;
import inkling.core.data.ResumableRandom;
import inkling.core.device.Kernels;
import inkling.core.device.cpu.CpuKernels;
import inkling.core.device.onednn.OneDnnForTests;
import inkling.core.nn.ModelConfig;
import inkling.core.nn.TransformerLm;
import inkling.core.ops.Tape;
import inkling.core.optim.LearningRate;
import inkling.core.optim.Optimizer;
import inkling.core.optim.OptimizerSpec;
import inkling.core.tensor.Ids;
import inkling.core.tensor.Parameters;
import inkling.core.tensor.Workspace;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/// The fast device learns, and what it learns does not depend on the number of threads.
final class LearningTest {
    private static final int VOCABULARY = 61;

    private static TrainConfig config(long steps, OptimizerSpec optimizer, double learningRate) {
        return new TrainConfig(
                ModelConfig.standard(VOCABULARY, 33, 48, 2, 3, 80),
                new TrainConfig.Optimization(optimizer, new LearningRate.Constant(learningRate), 1),
                new TrainConfig.Batch(3, 33, 1),
                steps,
                5,
                new TrainConfig.Evaluation(1000, 1000),
                new TrainConfig.Checkpoints(1000, 1000, 1));
    }

    /// Random tokens, the same in every step or new ones in each.
    private static final class RandomBatches implements BatchSource {
        private final boolean repeated;
        private ResumableRandom random = new ResumableRandom(17);

        RandomBatches(boolean repeated) {
            this.repeated = repeated;
        }

        @Override
        public void next(Ids inputs, Ids targets) {
            if (repeated) {
                restore(17);
            }
            for (int i = 0; i < inputs.size(); i++) {
                inputs.set(i, random.nextInt(VOCABULARY));
                targets.set(i, random.nextInt(VOCABULARY));
            }
        }

        @Override
        public long state() {
            return random.state();
        }

        @Override
        public void restore(long state) {
            random = new ResumableRandom(state);
        }
    }

    /// A random walk in which each token has two likely successors, so that there is something to learn.
    private static final class Walk implements BatchSource {
        private final ResumableRandom random = new ResumableRandom(5);
        private int token;

        @Override
        public void next(Ids inputs, Ids targets) {
            for (int i = 0; i < inputs.size(); i++) {
                inputs.set(i, token);
                token = (3 * token + (random.nextInt(10) < 7 ? 1 : 5)) % VOCABULARY;
                targets.set(i, token);
            }
        }

        @Override
        public long state() {
            return 0;
        }

        @Override
        public void restore(long state) {
            throw new UnsupportedOperationException("this walk is not resumed");
        }
    }

    /// Losses of all steps, and the weights after the last.
    private record Learned(List<Double> losses, List<Float> weights) {}

    private static Learned train(Kernels kernels, TrainConfig config, BatchSource batches) {
        try (Arena arena = Arena.ofShared()) {
            var declarations = new Parameters.Declarations();
            TransformerLm model = TransformerLm.declare(config.model(), declarations);
            Parameters parameters = declarations.allocate(arena);
            parameters.initialize(config.seed());
            Optimizer optimizer = Optimizer.of(config.optimization().optimizer(), kernels, parameters, arena);
            Tape tape = Tape.recording(kernels, Workspace.allocate(arena, StepMemory.training(config)));
            TrainingStep step = new TrainingStep(config, model, parameters, optimizer);
            List<Double> losses = new ArrayList<>();
            for (int s = 0; s < config.steps(); s++) {
                losses.add(step.run(tape, batches).loss());
            }
            List<Float> weights = new ArrayList<>();
            for (float weight : parameters.values().toArray()) {
                weights.add(weight);
            }
            return new Learned(losses, weights);
        }
    }

    @Test
    void one_batch_is_overfitted() {
        try (Kernels kernels = new CpuKernels(2)) {
            var learned = train(kernels, config(150, OptimizerSpec.AdamW.standard(), 5e-3), new RandomBatches(true));
            assertThat(learned.losses().getFirst()).isGreaterThan(Math.log(VOCABULARY) - 0.5);
            assertThat(learned.losses().getLast()).isLessThan(0.05);
        }
    }

    @Test
    void gradient_descent_without_moments_learns_too() {
        try (Kernels kernels = new CpuKernels(2)) {
            var learned = train(kernels, config(60, new OptimizerSpec.Sgd(true), 1), new RandomBatches(true));
            assertThat(learned.losses().getLast()).isLessThan(learned.losses().getFirst() - 0.3);
        }
    }

    @Test
    void training_gives_the_same_bits_on_any_number_of_threads() {
        TrainConfig config = config(6, OptimizerSpec.AdamW.standard(), 5e-3);
        try (Kernels one = new CpuKernels(1);
                Kernels two = new CpuKernels(2);
                Kernels three = new CpuKernels(3)) {
            Learned expected = train(one, config, new RandomBatches(false));
            assertThat(train(two, config, new RandomBatches(false))).isEqualTo(expected);
            assertThat(train(three, config, new RandomBatches(false))).isEqualTo(expected);
        }
    }

    @Test
    void products_in_bf16_train_almost_as_products_in_fp32() {
        TrainConfig config = config(300, OptimizerSpec.AdamW.standard(), 3e-3);
        try (Kernels bf16 = OneDnnForTests.kernels(1);
                Kernels fp32 = new CpuKernels(1)) {
            double rounded = lastLosses(train(bf16, config, new Walk()));
            double exact = lastLosses(train(fp32, config, new Walk()));
            assertThat(exact).isLessThan(1.2); // from 4.1; the walk's own entropy is 0.61
            assertThat(rounded).isCloseTo(exact, Percentage.withPercentage(0.5)); // measured: 0.69257 beside 0.69260
        }
    }

    @Test
    void training_with_products_in_bf16_gives_the_same_bits_on_any_number_of_threads() {
        TrainConfig config = config(4, OptimizerSpec.AdamW.standard(), 5e-3);
        try (Kernels one = OneDnnForTests.kernels(1);
                Kernels three = OneDnnForTests.kernels(3)) {
            assertThat(train(three, config, new RandomBatches(false)))
                    .isEqualTo(train(one, config, new RandomBatches(false)));
        }
    }

    private static double lastLosses(Learned learned) {
        List<Double> losses = learned.losses();
        return losses.subList(losses.size() - 50, losses.size()).stream()
                .mapToDouble(Double::doubleValue)
                .average()
                .orElseThrow();
    }

    @Test
    void the_planned_memory_of_a_step_is_exactly_what_it_takes() {
        TrainConfig config = config(1, OptimizerSpec.AdamW.standard(), 1e-3);
        try (Arena arena = Arena.ofShared();
                Kernels kernels = new CpuKernels(1)) {
            var declarations = new Parameters.Declarations();
            TransformerLm model = TransformerLm.declare(config.model(), declarations);
            declarations.allocate(arena).initialize(1);
            Workspace workspace = Workspace.allocate(arena, StepMemory.training(config));
            Ids ids = Ids.of(new int[3 * 33]);
            model.lossAndGradients(Tape.recording(kernels, workspace), ids, ids, 3, 33, 1);
            assertThat(workspace.peakBytes()).isEqualTo(StepMemory.training(config));
        }
    }
}
