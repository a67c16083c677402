package inkling.bench.compare;

import inkling.bench.kernels.Devices;
import inkling.core.data.BatchSource;
import inkling.core.device.Kernels;
import inkling.core.device.cpu.CpuKernels;
import inkling.core.device.cpu.Processor;
import inkling.core.format.SafetensorsFile;
import inkling.core.nn.TransformerLm;
import inkling.core.ops.Tape;
import inkling.core.optim.LearningRate;
import inkling.core.optim.Optimizer;
import inkling.core.optim.OptimizerSpec;
import inkling.core.tensor.Ids;
import inkling.core.tensor.Parameters;
import inkling.core.tensor.Workspace;
import inkling.core.train.StepMemory;
import inkling.core.train.TrainConfig;
import inkling.core.train.TrainingStep;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Our side: [TrainingStep], which is what `inkling train` runs.
final class InklingSide implements TimedSteps.Side {
    /// The option for what `inkling train --matmul onednn-bf16` does.
    static final String BF16 = "onednn-bf16";

    private final TrainingTask task;
    private final Parameters parameters;
    private final Tape tape;
    private final TrainingStep step;
    private final FixedBatches batches;

    private InklingSide(TrainingTask task, int[] tokens, Kernels kernels, Arena arena) {
        this.task = task;
        TrainConfig config = config(task);
        var declarations = new Parameters.Declarations();
        TransformerLm model = TransformerLm.declare(config.model(), declarations);
        parameters = declarations.allocate(arena);
        Optimizer optimizer = Optimizer.of(config.optimization().optimizer(), kernels, parameters, arena);
        tape = Tape.recording(kernels, Workspace.allocate(arena, StepMemory.training(config)));
        step = new TrainingStep(config, model, parameters, optimizer);
        batches = new FixedBatches(tokens);
    }

    private static TrainConfig config(TrainingTask task) {
        return new TrainConfig(
                task.model().config,
                new TrainConfig.Optimization(
                        OptimizerSpec.AdamW.standard(), new LearningRate.Constant(TrainingTask.LEARNING_RATE), 1),
                new TrainConfig.Batch(task.batch(), task.time(), 1),
                1_000_000,
                1,
                new TrainConfig.Evaluation(1_000_000, 1),
                new TrainConfig.Checkpoints(1_000_000, 1e9, 1));
    }

    @Override
    public double step(int batch) {
        batches.at = batch * 2 * task.tokens();
        return step.run(tape, batches).loss();
    }

    /// Draws the starting weights and writes all files of a task.
    static void prepare(TrainingTask task, Path folder) throws IOException {
        task.writeSizesAndTokens(folder);
        try (Arena arena = Arena.ofShared();
                Kernels kernels = CpuKernels.onAllCores()) {
            var side = new InklingSide(task, task.readTokens(folder), kernels, arena);
            side.parameters.initialize(1);
            SafetensorsFile.write(TrainingTask.weights(folder), side.parameters.stateDict(), Map.of("format", "pt"));
            double[] losses = new double[TrainingTask.CHECKED_STEPS];
            for (int i = 0; i < losses.length; i++) {
                losses[i] = side.step(i);
            }
            TrainingTask.writeLosses(folder, losses);
        }
    }

    /// The device of all cores: in FP32, or with the products in bf16 by oneDNN if the option is [#BF16].
    private static Kernels device(List<String> options) throws IOException {
        if (!options.isEmpty() && !options.equals(List.of(BF16))) {
            throw new IllegalArgumentException("options " + options + ": expected none or " + BF16);
        }
        return Devices.of(Processor.cores(), options.isEmpty() ? "java" : BF16);
    }

    /// Why there are no products in bf16 on this machine, if there are none.
    static Optional<String> lacksBf16() {
        try {
            Devices.of(1, BF16).close();
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /// Runs in a process of its own; see [TimedSteps] for the arguments.
    public static void main(String[] arguments) throws IOException {
        TimedSteps steps = TimedSteps.of(arguments);
        try (Kernels kernels = device(steps.options())) {
            var side = new InklingSide(steps.task(), steps.task().readTokens(steps.folder()), kernels, Arena.global());
            try (Arena file = Arena.ofConfined()) {
                SafetensorsFile.map(TrainingTask.weights(steps.folder()), file).load(side.parameters.stateDict());
            }
            steps.run(side);
        }
    }

    /// The batch that begins at `at`.
    private static final class FixedBatches implements BatchSource {
        private final int[] tokens;
        private int at;

        FixedBatches(int[] tokens) {
            this.tokens = tokens;
        }

        @Override
        public void next(Ids inputs, Ids targets) {
            for (int i = 0; i < inputs.size(); i++) {
                inputs.set(i, tokens[at + i]);
                targets.set(i, tokens[at + inputs.size() + i]);
            }
        }

        @Override
        public long state() {
            return at;
        }

        @Override
        public void restore(long state) {
            throw new UnsupportedOperationException("a comparison is not resumed");
        }
    }
}
