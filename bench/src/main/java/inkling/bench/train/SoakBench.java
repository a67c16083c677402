package inkling.bench.train;

import inkling.core.data.BatchSource;
import inkling.core.device.Kernels;
import inkling.core.device.cpu.CpuKernels;
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
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;

/// Trains for a long time and prints one line a minute: speed, resident memory and what a step allocates on the heap.
/// The last line says by how much memory has grown since the second one. In good health all three stay where they are
/// after the first lines.
///
/// `bench/run train.SoakBench [MODEL BATCH MINUTES [THREADS]]`, by default `S 8 30`.
public final class SoakBench {
    private static final double SECONDS_PER_LINE = 60;

    /// Lines after which memory must not grow any more: until then the compiler of the Java machine is at work.
    private static final int SETTLING_LINES = 2;

    private SoakBench() {}

    /// Runs the benchmark.
    public static void main(String[] args) throws IOException {
        BenchModel model = BenchModel.valueOf(args.length > 0 ? args[0] : "S");
        int batch = args.length > 1 ? Integer.parseInt(args[1]) : 8;
        double minutes = args.length > 2 ? Double.parseDouble(args[2]) : 30;
        int threads = args.length > 3
                ? Integer.parseInt(args[3])
                : Runtime.getRuntime().availableProcessors();
        try (Kernels kernels = new CpuKernels(threads)) {
            run(config(model, batch), kernels, minutes);
        }
    }

    private static TrainConfig config(BenchModel model, int batch) {
        return new TrainConfig(
                model.config,
                new TrainConfig.Optimization(
                        OptimizerSpec.AdamW.standard(), new LearningRate.WarmupCosine(1e-3, 1e-4, 100, 1_000_000), 1),
                new TrainConfig.Batch(batch, model.config.contextLength(), 1),
                1_000_000,
                1,
                new TrainConfig.Evaluation(1_000_000, 1),
                new TrainConfig.Checkpoints(1_000_000, 1e9, 1));
    }

    private static void run(TrainConfig config, Kernels kernels, double minutes) throws IOException {
        Arena arena = Arena.global();
        var declarations = new Parameters.Declarations();
        TransformerLm lm = TransformerLm.declare(config.model(), declarations);
        Parameters parameters = declarations.allocate(arena);
        parameters.initialize(1);
        Optimizer optimizer = Optimizer.of(config.optimization().optimizer(), kernels, parameters, arena);
        Tape tape = Tape.recording(kernels, Workspace.allocate(arena, StepMemory.training(config)));
        var step = new TrainingStep(config, lm, parameters, optimizer);
        var text = new RandomText(config.model().vocabularySize());
        soak(minutes, config.tokensPerStep(), () -> step.run(tape, text).loss());
    }

    private static void soak(double minutes, long tokensPerStep, DoubleSupplier step) throws IOException {
        System.out.println("minute    steps   tokens/s   resident MiB   allocated KiB/step     loss");
        long start = System.nanoTime();
        double settled = 0;
        for (int line = 1; (line - 0.5) * SECONDS_PER_LINE < 60 * minutes; line++) {
            long allocated = Allocation.bytes();
            long lineStart = System.nanoTime();
            int steps = 0;
            double loss = 0;
            while (System.nanoTime() - start < line * SECONDS_PER_LINE * 1e9) {
                loss = step.getAsDouble();
                steps++;
            }
            double seconds = (System.nanoTime() - lineStart) / 1e9;
            double resident = ResidentMemory.kib() / 1024.0;
            settled = line <= SETTLING_LINES ? resident : settled;
            System.out.printf(
                    Locale.ROOT,
                    "%6.1f %8d %10.0f %14.1f %20.1f %8.4f%n",
                    line * SECONDS_PER_LINE / 60,
                    steps,
                    steps * tokensPerStep / seconds,
                    resident,
                    (Allocation.bytes() - allocated) / 1024.0 / steps,
                    loss);
        }
        System.out.printf(
                Locale.ROOT,
                "resident memory since line %d: %+.2f %%%n",
                SETTLING_LINES,
                100 * (ResidentMemory.kib() / 1024.0 / settled - 1));
    }

    /// Tokens of which each decides half of the next ones, without end.
    private static final class RandomText implements BatchSource {
        private final int vocabulary;
        private final SplittableRandom random = new SplittableRandom(7);

        RandomText(int vocabulary) {
            this.vocabulary = vocabulary;
        }

        @Override
        public void next(Ids inputs, Ids targets) {
            int token = 0;
            for (int i = 0; i < inputs.size(); i++) {
                inputs.set(i, token);
                token = random.nextBoolean() ? (token * 31 + 7) % vocabulary : random.nextInt(vocabulary);
                targets.set(i, token);
            }
        }

        @Override
        public long state() {
            return 0;
        }

        @Override
        public void restore(long state) {
            throw new UnsupportedOperationException("a soak is not resumed");
        }
    }
}
