package inkling.core.train;

import inkling.core.data.TokenFileWriter;
import inkling.core.device.reference.ReferenceKernels;
import inkling.core.nn.ModelConfig;
import inkling.core.optim.LearningRate;
import inkling.core.optim.OptimizerSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/// A small run on a language of its own: a random walk over 16 tokens in which each token has two likely successors.
final class RunFixture {
    static final int VOCABULARY = 16;

    private final Path folder;
    private final int[] tokenBytes = new int[VOCABULARY];

    RunFixture(Path folder) throws IOException {
        this.folder = folder;
        Arrays.fill(tokenBytes, 2);
        writeTokens(folder.resolve("train.npy"), 3_000, 1);
        writeTokens(folder.resolve("valid.npy"), 401, 2);
    }

    static void writeTokens(Path file, int count, long seed) throws IOException {
        var random = new SplittableRandom(seed);
        int token = 0;
        try (TokenFileWriter writer = TokenFileWriter.create(file, VOCABULARY)) {
            for (int i = 0; i < count; i++) {
                writer.append(token);
                int hop = random.nextInt(10) < 7 ? 1 : 5;
                token = (3 * token + hop) % VOCABULARY;
            }
            writer.commit();
        }
    }

    static TrainConfig config(long steps, double learningRate) {
        return new TrainConfig(
                ModelConfig.standard(VOCABULARY, 8, 16, 1, 2, 24),
                new TrainConfig.Optimization(
                        OptimizerSpec.AdamW.standard(),
                        new LearningRate.WarmupCosine(learningRate, learningRate / 10, 3, steps),
                        1),
                new TrainConfig.Batch(4, 8, 2),
                steps,
                7,
                new TrainConfig.Evaluation(5, 400),
                new TrainConfig.Checkpoints(10, 1e9, 2));
    }

    RunFolder create(String name, TrainConfig config) throws IOException {
        return RunFolder.create(
                folder.resolve(name),
                new RunConfig(config, folder.resolve("train.npy"), Optional.of(folder.resolve("valid.npy"))));
    }

    Trainer open(RunFolder run, TrainListener listener) throws IOException {
        return Trainer.open(run, TrainSetup.on(new ReferenceKernels()), tokenBytes, listener);
    }

    /// Trains until the end, or until the step after which it is stopped.
    List<StepReport> train(RunFolder run, long stopAfter) throws IOException {
        List<StepReport> reports = new ArrayList<>();
        Trainer[] trainer = new Trainer[1];
        TrainListener listener = new TrainListener() {
            @Override
            public void step(StepReport report) {
                reports.add(report);
                if (report.step() == stopAfter) {
                    trainer[0].requestStop();
                }
            }
        };
        try (Trainer opened = open(run, listener)) {
            trainer[0] = opened;
            opened.run();
        }
        return reports;
    }
}
