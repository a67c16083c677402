package inkling.bench.kernels;

import inkling.core.device.Product;
import inkling.core.tensor.Tensor;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/// Matrix products at the models' own shapes beside native libraries, in turns: GFLOP/s of inkling in FP32, of oneDNN's
/// and OpenBLAS's `sgemm`, and of inkling's products in bf16 by oneDNN.
///
/// A library that is not on the machine is left out with a line. Before anything is measured all must agree: those in
/// FP32 up to the order of their sums, bf16 up to its rounding.
///
/// OpenBLAS chooses its kernels by the name of the processor, and takes the oldest for one that it does not know; the
/// line it is announced with says which, and `OPENBLAS_CORETYPE=SkylakeX` in the environment makes it choose others.
///
/// `bench/run kernels.MatmulPeersBench [S | M | L | all [ROUNDS [THREADS]]]`; the last column is inkling's share of the
/// better of the two libraries.
public final class MatmulPeersBench {
    private static final String OURS = "inkling";
    private static final String BF16 = "bf16";
    private static final List<String> MODELS = List.of("S", "M", "L");
    private static final int SHAPES_PER_MODEL = 5;
    private static final int DEFAULT_ROUNDS = 9;
    private static final int WARM_UP = 6;
    /// So long do the threads of the one before go on waiting for more, taking a processor from whoever comes next: a
    /// fifth of a second where they are OpenMP's.
    private static final long PAUSE_MILLIS = 250;

    private static final long PAUSE_MILLIS_OF_ONE_THREAD = 5;

    /// So often each side computes a product before its rounds: first calls are slow, of all sides.
    private static final int FIRST_CALLS = 10;

    /// So long is a peer at work before it is timed: its threads may wake up on one processor, or on two that are one
    /// core, which a virtual machine cannot see. Then products take twice as long, for up to a tenth of a second.
    private static final long WAKING_NANOS = 120_000_000;

    private static final long WAKING_NANOS_OF_ONE_THREAD = 15_000_000;

    /// And so long is it timed at least, a product again and again.
    private static final long TIMED_NANOS = 15_000_000;

    private final long pauseMillis;
    private final long wakingNanos;
    private final SplittableRandom random = new SplittableRandom(1);
    private final Map<String, ProductPeer> peers = new LinkedHashMap<>();
    private final Map<String, Double> seconds = new LinkedHashMap<>();
    private final int rounds;
    private double flopsOfAll;

    private MatmulPeersBench(int threads, int rounds) {
        this.pauseMillis = threads == 1 ? PAUSE_MILLIS_OF_ONE_THREAD : PAUSE_MILLIS;
        this.wakingNanos = threads == 1 ? WAKING_NANOS_OF_ONE_THREAD : WAKING_NANOS;
        this.rounds = rounds;
        add(OURS, () -> ProductPeer.of(Devices.of(threads, "java")));
        add("oneDNN", () -> ProductPeer.oneDnn(threads));
        add("OpenBLAS", () -> ProductPeer.openBlas(threads));
        add(BF16, () -> ProductPeer.of(Devices.of(threads, "onednn-bf16")));
    }

    private interface Opening {
        ProductPeer open() throws Throwable;
    }

    private void add(String name, Opening opening) {
        try {
            peers.put(name, opening.open());
        } catch (Throwable e) {
            System.out.println(name + " is left out: " + e.getMessage());
        }
    }

    /// Prints one table for each number of threads.
    public static void main(String[] args) throws Throwable {
        int model = MODELS.indexOf(args.length > 0 ? args[0] : "all");
        int[][] shapes = model < 0
                ? MatmulBench.LAYERS
                : Arrays.copyOfRange(MatmulBench.LAYERS, model * SHAPES_PER_MODEL, (model + 1) * SHAPES_PER_MODEL);
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : DEFAULT_ROUNDS;
        int all = Runtime.getRuntime().availableProcessors();
        int[] counts = args.length > 2 ? new int[] {Integer.parseInt(args[2])} : new int[] {1, all};
        for (int threads : counts) {
            new MatmulPeersBench(threads, rounds).table(threads, shapes);
        }
    }

    private void table(int threads, int[][] shapes) throws Throwable {
        System.out.printf(
                Locale.ROOT,
                "%d threads, peak %.0f GFLOP/s, medians of %d rounds%n       m      n      k   ",
                threads,
                FloatPeak.flopsPerSecond(threads, 8) / 1e9,
                rounds);
        peers.keySet().forEach(name -> System.out.printf("%10s", name));
        System.out.println("     share");
        for (int i = 0; i < WARM_UP; i++) { // compiled before anything counts
            for (Product product : Product.values()) {
                line(product, new int[] {512, 512, 512}, false);
            }
        }
        for (int[] shape : shapes) {
            for (Product product : Product.values()) {
                line(product, shape, true);
            }
        }
        System.out.print("all, by time                  ");
        print(flopsOfAll, seconds);
        for (ProductPeer peer : peers.values()) {
            peer.close();
        }
    }

    /// The products of one layer: forward NT, gradient of its input NN, gradient of its weight TN.
    private void line(Product product, int[] shape, boolean counts) throws Throwable {
        int m = product == Product.TN ? shape[1] : shape[0];
        int n = product == Product.NT ? shape[1] : shape[2];
        int k = product == Product.TN ? shape[0] : product == Product.NN ? shape[1] : shape[2];
        double flops = 2.0 * m * n * k;
        Map<String, Double> medians = measured(product, m, n, k);
        if (counts) {
            System.out.printf(Locale.ROOT, "%s %7d%7d%7d   ", product, m, n, k);
            print(flops, medians);
            flopsOfAll += flops;
            medians.forEach((name, median) -> seconds.merge(name, median, Double::sum));
        }
    }

    private static void print(double flops, Map<String, Double> seconds) {
        double best = Double.POSITIVE_INFINITY;
        for (var entry : seconds.entrySet()) {
            System.out.printf(Locale.ROOT, "%10.0f", flops / entry.getValue() / 1e9);
            if (!entry.getKey().equals(OURS) && !entry.getKey().equals(BF16)) {
                best = Math.min(best, entry.getValue());
            }
        }
        String share = Double.isFinite(best)
                ? String.format(Locale.ROOT, "%9.0f%%", 100 * best / seconds.getOrDefault(OURS, Double.NaN))
                : "        –";
        System.out.println(share);
    }

    /// The median time of each peer, measured in turns.
    private Map<String, Double> measured(Product product, int m, int n, int k) throws Throwable {
        try (Arena arena = Arena.ofShared()) {
            Tensor a = product == Product.TN ? filled(arena, k, m) : filled(arena, m, k);
            Tensor b = product == Product.NT ? filled(arena, n, k) : filled(arena, k, n);
            Tensor c = Tensor.allocate(arena, m, n);
            agree(product, a, b, c, k);
            for (ProductPeer peer : peers.values()) {
                for (int call = 0; call < FIRST_CALLS; call++) {
                    peer.multiply(c, a, b, product);
                }
            }
            Map<String, double[]> times = new LinkedHashMap<>();
            for (int round = 0; round < rounds; round++) {
                for (var entry : peers.entrySet()) {
                    Thread.sleep(pauseMillis);
                    secondsPerCall(() -> entry.getValue().multiply(c, a, b, product), wakingNanos);
                    double time = secondsPerCall(() -> entry.getValue().multiply(c, a, b, product), TIMED_NANOS);
                    times.computeIfAbsent(entry.getKey(), _ -> new double[rounds])[round] = time;
                }
            }
            Map<String, Double> medians = new LinkedHashMap<>();
            times.forEach((name, all) -> {
                Arrays.sort(all);
                medians.put(name, all[rounds / 2]);
            });
            return medians;
        }
    }

    private static double secondsPerCall(Call call, long least) throws Throwable {
        long start = System.nanoTime();
        long end = start;
        int calls = 0;
        while (end - start < least) {
            call.run();
            calls++;
            end = System.nanoTime();
        }
        return (end - start) / 1e9 / calls;
    }

    private interface Call {
        void run() throws Throwable;
    }

    private Tensor filled(Arena arena, int rows, int columns) {
        Tensor tensor = Tensor.allocate(arena, rows, columns);
        for (long i = 0; i < tensor.size(); i++) {
            tensor.set(i, (float) random.nextDouble(-1, 1));
        }
        return tensor;
    }

    /// Compares some elements with sums in double precision.
    private void agree(Product product, Tensor a, Tensor b, Tensor c, int k) throws Throwable {
        for (var entry : peers.entrySet()) {
            c.segment().fill((byte) -1);
            entry.getValue().multiply(c, a, b, product);
            // the elements are sums of k products of about 1/3; rounding factors to bf16 errs by up to 2⁻⁸ a product
            double tolerance = Math.sqrt(k) * (entry.getKey().equals(BF16) ? 0x1p-7 : 0x1p-18);
            for (int i = 0; i < 500; i++) {
                int row = random.nextInt(c.rows());
                int column = random.nextInt(c.columns());
                double sum = 0;
                for (int p = 0; p < k; p++) {
                    double x = product == Product.TN ? a.get((long) p * c.rows() + row) : a.get((long) row * k + p);
                    double y = product == Product.NT
                            ? b.get((long) column * k + p)
                            : b.get((long) p * c.columns() + column);
                    sum += x * y;
                }
                float actual = c.get((long) row * c.columns() + column);
                if (!(Math.abs(actual - sum) <= tolerance)) {
                    throw new IllegalStateException(entry.getKey() + ": " + product + " gives " + actual + " at row "
                            + row + ", column " + column + ", not " + sum);
                }
            }
        }
    }
}
