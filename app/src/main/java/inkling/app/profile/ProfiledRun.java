package inkling.app.profile;

import inkling.app.terminal.ProgressLine;
import inkling.app.terminal.Terminal;
import inkling.core.device.counting.CountingKernels;
import inkling.core.device.cpu.Processor;
import inkling.core.device.profiling.StepProfiler;
import inkling.core.nn.ModelConfig;
import inkling.core.nn.StepMemory;
import inkling.core.nn.TransformerLm;
import inkling.core.ops.Tape;
import inkling.core.optim.LearningRate;
import inkling.core.optim.Optimizer;
import inkling.core.optim.OptimizerSpec;
import inkling.core.tensor.Parameters;
import inkling.core.tensor.Workspace;
import inkling.core.train.TrainConfig;
import inkling.core.train.TrainingStep;
import java.lang.foreign.Arena;

/// Training steps as [inkling.core.train.Trainer] makes them, on a device that measures every kernel.
final class ProfiledRun implements AutoCloseable {
    private static final int WARM_UP_STEPS = 3;
    /// Until then small models are not compiled yet.
    private static final double WARM_UP_SECONDS = 3;

    private final TrainConfig config;
    private final Arena arena = Arena.ofShared();
    private final Parameters parameters;
    private final StepProfiler kernels;
    private final Tape tape;
    private final TrainingStep step;
    private final RandomTokens tokens;
    private final double stepFlops;

    /// A model with random weights, ready for its first step.
    ProfiledRun(TrainConfig config, int threads) {
        this.config = config;
        var declarations = new Parameters.Declarations();
        TransformerLm model = TransformerLm.declare(config.model(), declarations);
        parameters = declarations.allocate(arena);
        parameters.initialize(1);
        kernels = new StepProfiler(Processor.device(threads), parameters);
        Optimizer optimizer = Optimizer.of(config.optimization().optimizer(), kernels, parameters, arena);
        var counting = new CountingKernels();
        long bytes = StepMemory.training(
                config.model(), config.batch().sequences(), config.batch().time(), counting);
        stepFlops = counting.total().flops();
        tape = Tape.recording(kernels, Workspace.allocate(arena, bytes));
        step = new TrainingStep(config, model, parameters, optimizer);
        tokens = new RandomTokens(config.model().vocabularySize());
    }

    /// AdamW and clipping as `inkling train` has them, full sequences, one micro-batch.
    static TrainConfig config(ModelConfig model, int batch) {
        return new TrainConfig(
                model,
                new TrainConfig.Optimization(
                        OptimizerSpec.AdamW.standard(), new LearningRate.WarmupCosine(3e-4, 3e-5, 100, 1_000_000), 1),
                new TrainConfig.Batch(batch, model.contextLength(), 1),
                1_000_000,
                1,
                new TrainConfig.Evaluation(1_000_000, 1),
                new TrainConfig.Checkpoints(1_000_000, 1e9, 1));
    }

    /// Makes some steps to warm up, then those that are measured.
    StepProfile measure(int steps, Terminal terminal) {
        try (ProgressLine progress = new ProgressLine(terminal, "profiling")) {
            int warmUp = 0;
            while (warmUp < WARM_UP_STEPS || progress.seconds() < WARM_UP_SECONDS) {
                step.run(tape, tokens);
                warmUp++;
                progress.update("warming up, step " + warmUp);
            }
            kernels.reset();
            long nanos = 0;
            for (int i = 0; i < steps; i++) {
                long start = System.nanoTime();
                step.run(tape, tokens);
                nanos += System.nanoTime() - start;
                progress.update(i + 1, steps, "steps");
            }
            return new StepProfile(
                    kernels.name(),
                    parameters.count(),
                    config.tokensPerStep(),
                    stepFlops,
                    warmUp,
                    steps,
                    nanos,
                    kernels.kernels());
        }
    }

    @Override
    public void close() {
        kernels.close();
        arena.close();
    }
}
