package inkling.bench.compare;

import inkling.bench.train.BenchModel;
import inkling.core.device.counting.CountingKernels;
import inkling.core.nn.StepMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/// One row of the comparison: a model and the number of sequences of a step. `S8` is model S with 8 sequences.
///
/// Its folder holds what every side reads:
///
/// | file | what |
/// | --- | --- |
/// | `task.txt` | sizes and constants, a word and a number on each line |
/// | `weights.safetensors` | the starting weights, under the names of our checkpoints |
/// | `tokens.i32` | `BATCHES` batches in turn, little-endian: `B·T` inputs, then the `B·T` tokens that follow them |
/// | `losses.txt` | losses of the first steps in FP32, which every side must find again |
///
/// @param model sizes of the model
/// @param batch `B`, sequences of a step
public record TrainingTask(BenchModel model, int batch) {
    /// Different batches; a side goes through them again and again.
    public static final int BATCHES = 4;

    /// Steps whose losses are compared before anything is timed.
    public static final int CHECKED_STEPS = 3;

    /// `lr`, the same in every step.
    public static final double LEARNING_RATE = 3e-4;
    private static final String TOKENS = "tokens.i32";
    private static final String LOSSES = "losses.txt";

    /// The task of this name: a letter and a number.
    public static TrainingTask parse(String name) {
        try {
            return new TrainingTask(
                    BenchModel.valueOf(name.substring(0, 1)), Integer.parseUnsignedInt(name.substring(1)));
        } catch (IllegalArgumentException | StringIndexOutOfBoundsException e) {
            throw new IllegalArgumentException(
                    "task " + name + ": expected a model of " + Arrays.toString(BenchModel.values())
                            + " and a number of sequences, for example S8",
                    e);
        }
    }

    /// The name of its folder and of its row.
    public String name() {
        return model.name() + batch;
    }

    /// `T`, tokens of a sequence.
    public int time() {
        return model.config.contextLength();
    }

    /// Tokens of a step.
    public int tokens() {
        return batch * time();
    }

    /// Multiplications and additions of the matrix products of a step, forward and backward: what every side is
    /// said to have done, whatever it skips.
    double stepFlops() {
        var counting = new CountingKernels();
        StepMemory.training(model.config, batch, time(), counting);
        return counting.total().flops();
    }

    /// Weights of this task.
    public static Path weights(Path folder) {
        return folder.resolve("weights.safetensors");
    }

    /// Writes sizes and tokens; [InklingSide] writes the rest.
    void writeSizesAndTokens(Path folder) throws IOException {
        Files.createDirectories(folder);
        var c = model.config;
        Files.writeString(folder.resolve("task.txt"), """
                batch %d
                time %d
                vocabulary %d
                width %d
                layers %d
                heads %d
                batches %d
                checked %d
                lr %s
                """.formatted(
                        batch,
                        time(),
                        c.vocabularySize(),
                        c.dModel(),
                        c.numLayers(),
                        c.numHeads(),
                        BATCHES,
                        CHECKED_STEPS,
                        LEARNING_RATE));
        ByteBuffer bytes = ByteBuffer.allocate(BATCHES * 2 * tokens() * 4).order(ByteOrder.LITTLE_ENDIAN);
        var random = new SplittableRandom(7);
        for (int i = 0; i < BATCHES; i++) {
            writeBatch(bytes.asIntBuffer(), random);
            bytes.position(bytes.position() + 2 * tokens() * 4);
        }
        Files.write(folder.resolve(TOKENS), bytes.array());
    }

    /// A text in which each token decides half of the tokens that follow it.
    private void writeBatch(IntBuffer batchTokens, SplittableRandom random) {
        int vocabulary = model.config.vocabularySize();
        int token = 0;
        for (int i = 0; i < tokens(); i++) {
            batchTokens.put(i, token);
            token = random.nextBoolean() ? (token * 31 + 7) % vocabulary : random.nextInt(vocabulary);
            batchTokens.put(tokens() + i, token);
        }
    }

    /// Inputs and targets of all batches, in the file's order.
    public int[] readTokens(Path folder) throws IOException {
        IntBuffer tokens = ByteBuffer.wrap(Files.readAllBytes(folder.resolve(TOKENS)))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asIntBuffer();
        int[] all = new int[tokens.remaining()];
        tokens.get(all);
        return all;
    }

    /// Writes the losses that the others must find.
    static void writeLosses(Path folder, double[] losses) throws IOException {
        String line = Arrays.stream(losses)
                .mapToObj(loss -> String.format(Locale.ROOT, "%.8f", loss))
                .collect(Collectors.joining(" "));
        Files.writeString(folder.resolve(LOSSES), line + "\n");
    }

    /// Whether everything has been written: losses are the last.
    static boolean isReady(Path folder) {
        return Files.exists(folder.resolve(LOSSES));
    }

    /// Losses of the first steps.
    static double[] readLosses(Path folder) throws IOException {
        return Arrays.stream(Files.readString(folder.resolve(LOSSES)).trim().split(" "))
                .mapToDouble(Double::parseDouble)
                .toArray();
    }
}
