package inkling.bench.tokenizer;

import inkling.tokenizer.BpeTrainer;
import inkling.tokenizer.EncodedFile;
import inkling.tokenizer.ProgressListener;
import inkling.tokenizer.TrainerOptions;
import inkling.tokenizer.TrainingResult;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/// A whole program from a text file: trains a vocabulary, then encodes the file into a token file. Times count
/// from the start of the JVM.
///
/// Run it as `bench/run tokenizer.PipelineBench webmix-train.txt 32000 2`.
public final class PipelineBench {
    private PipelineBench() {}

    /// Arguments: a text file, the vocabulary size, the number of threads.
    public static void main(String[] arguments) throws IOException {
        Path text = Path.of(arguments[0]);
        int threads = Integer.parseInt(arguments[2]);
        TrainerOptions options =
                TrainerOptions.of(Integer.parseInt(arguments[1])).withThreads(threads);
        TrainingResult result = new BpeTrainer(options).train(List.of(text), ProgressListener.NONE);
        long sinceStart = ManagementFactory.getRuntimeMXBean().getUptime();
        PrintStream out = System.out;
        out.printf(
                Locale.ROOT,
                "train %s (%.1f MB), vocabulary %s, %d threads: %.2f s with JVM start, %,d distinct pieces, %,d merges%n",
                text.getFileName(),
                result.textBytes() / 1e6,
                arguments[1],
                threads,
                sinceStart / 1e3,
                result.distinctPieces(),
                result.merges());
        for (TrainingResult.PhaseReport phase : result.phases()) {
            out.printf(
                    Locale.ROOT,
                    "  %-6s %7.3f s, peak memory %d MB%n",
                    phase.phase(),
                    seconds(phase.time()),
                    phase.peakBytes() >> 20);
        }
        Path npy = Files.createTempFile("inkling", ".npy");
        try {
            for (int count = 1; count <= threads; count++) {
                encode(result, text, npy, count, out);
            }
        } finally {
            Files.delete(npy);
        }
    }

    private static void encode(TrainingResult result, Path text, Path npy, int threads, PrintStream out)
            throws IOException {
        for (int pass = 0; pass < 3; pass++) {
            EncodedFile encoded = result.tokenizer().encodeFiles(List.of(text), npy, threads, ProgressListener.NONE);
            out.printf(
                    Locale.ROOT,
                    "encode file, %d threads, pass %d: %.2f s, %.0f MB/s, %,d tokens, %.3f bytes per token%n",
                    threads,
                    pass,
                    seconds(encoded.time()),
                    encoded.textBytes() / 1e6 / seconds(encoded.time()),
                    encoded.tokens(),
                    (double) encoded.textBytes() / encoded.tokens());
        }
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }
}
