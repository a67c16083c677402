package inkling.bench.tokenizer;

import inkling.tokenizer.ProgressListener;
import inkling.tokenizer.SpecialPolicy;
import inkling.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/// What a second thread brings: threads that share one tokenizer, each encoding into its own array, and a file
/// encoded into a token file.
///
/// Run it as `bench/run tokenizer.ScalingBench r50k_base.tiktoken.gz webmix-train.txt 2`, the text not
/// packed. One and more threads take turns; medians.
public final class ScalingBench {
    private static final int PASSES = 9;
    private static final int PIECE_BYTES = 1 << 18;

    private final Tokenizer tokenizer;
    private final byte[] text;
    private final Path file;
    private final Path npy;

    private ScalingBench(Tokenizer tokenizer, Path file) throws IOException {
        this.npy = Files.createTempFile("inkling", ".npy");
        this.tokenizer = tokenizer;
        this.file = file;
        this.text = Files.readAllBytes(file);
    }

    private interface Run {
        void run(int threads) throws IOException, InterruptedException, ExecutionException;
    }

    /// Arguments: a tokenizer, a text file, the number of threads.
    public static void main(String[] arguments) throws IOException, InterruptedException, ExecutionException {
        ScalingBench bench = new ScalingBench(Tokenizer.load(Path.of(arguments[0])), Path.of(arguments[1]));
        int threads = Integer.parseInt(arguments[2]);
        try {
            bench.compare("shared tokenizer, in memory", threads, bench::inMemory);
            bench.compare("file to token file", threads, bench::toFile);
        } finally {
            Files.delete(bench.npy);
        }
    }

    private void compare(String name, int threads, Run run)
            throws IOException, InterruptedException, ExecutionException {
        double[] one = new double[PASSES];
        double[] all = new double[PASSES];
        for (int warmUp = 0; warmUp < 3; warmUp++) {
            time(run, threads);
        }
        for (int pass = 0; pass < PASSES; pass++) {
            one[pass] = time(run, 1);
            all[pass] = time(run, threads);
        }
        Arrays.sort(one);
        Arrays.sort(all);
        PrintStream out = System.out;
        out.printf(
                Locale.ROOT,
                "%s: 1 thread %.0f MB/s (%.0f to %.0f), %d threads %.0f MB/s (%.0f to %.0f), %.2f times%n",
                name,
                one[PASSES / 2],
                one[0],
                one[PASSES - 1],
                threads,
                all[PASSES / 2],
                all[0],
                all[PASSES - 1],
                all[PASSES / 2] / one[PASSES / 2]);
    }

    private double time(Run run, int threads) throws IOException, InterruptedException, ExecutionException {
        Files.deleteIfExists(npy); // removing 50 MB is no part of encoding
        long start = System.nanoTime();
        run.run(threads);
        return text.length * 1e3 / (System.nanoTime() - start);
    }

    private void toFile(int threads) throws IOException {
        tokenizer.encodeFiles(List.of(file), npy, threads, ProgressListener.NONE);
    }

    private void inMemory(int threads) throws InterruptedException, ExecutionException {
        AtomicInteger next = new AtomicInteger();
        Callable<Boolean> worker = () -> {
            int[] ids = new int[PIECE_BYTES];
            for (long from = next(next); from < text.length; from = next(next)) {
                int to = (int) Math.min(text.length, from + PIECE_BYTES);
                tokenizer.encodeInto(ids, text, (int) from, to, SpecialPolicy.ALLOW);
            }
            return true;
        };
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            List<Future<Boolean>> done = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                done.add(pool.submit(worker));
            }
            for (Future<Boolean> worked : done) {
                worked.get();
            }
        }
    }

    private static long next(AtomicInteger next) {
        return (long) next.getAndIncrement() * PIECE_BYTES;
    }
}
