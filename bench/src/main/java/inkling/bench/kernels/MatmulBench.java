package inkling.bench.kernels;

import inkling.core.device.Kernels;
import inkling.core.device.Product;
import inkling.core.device.Store;
import inkling.core.device.cpu.CpuKernels;
import inkling.core.tensor.Tensor;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/// Matrix products at square sizes and at the shapes of the models that speeds are quoted for: GFLOP/s of NN, NT and
/// TN, and their share of the peak, on one thread and on all.
///
/// Every product is checked first: the sums of `C` by rows must equal `A·(B·1)`, computed in double precision.
///
/// All products run in turn, again and again, and the peak is measured between any two of them, so that all meet the
/// same quiet and busy moments of a machine that others use as well. Of products and peak alike the median is shown
/// and the 90th percentile, which is what undisturbed moments have. Every product is called once before its calls are
/// timed, as libraries' own benchmarks do: what is measured is the product, not how long a thread that slept while the
/// peak was measured takes to wake up, or how far other matrices have pushed its own out of the caches.
///
/// `bench/run kernels.MatmulBench [square | lm] [busy]`; `busy`: one thread, by its processor time, the peak measured
/// anew before and after every product, medians of the shares.
public final class MatmulBench {
    private static final int[][] SQUARES = {
        {512, 512, 512}, {768, 768, 768}, {1024, 1024, 1024}, {1536, 1536, 1536}, {2048, 2048, 2048}
    };

    /// `m, n, k` of forward products of model S (batch 8), M (batch 32) and L (batch 4): fused QKV, output, fused
    /// W1/W3, W2, and a chunk of the head. The backward products of the same layers are their NN and TN neighbours.
    static final int[][] LAYERS = {
        {2048, 1536, 512}, {2048, 512, 512}, {2048, 2688, 512}, {2048, 512, 1344}, {512, 10_000, 512},
        {4096, 384, 128}, {4096, 128, 128}, {4096, 768, 128}, {4096, 128, 384}, {1024, 4096, 128},
        {1024, 2304, 768}, {1024, 768, 768}, {1024, 4096, 768}, {1024, 768, 2048}, {256, 50_257, 768}
    };

    private static final int PASSES = 30;

    /// A product is repeated until it has so many FLOPs, and they count as one measurement.
    private static final double FLOPS_PER_SAMPLE = 1e9;

    private final SplittableRandom random = new SplittableRandom(1);
    private final Arena arena = Arena.ofAuto();

    private MatmulBench() {}

    /// Prints one table for each number of threads.
    public static void main(String[] args) throws InterruptedException {
        int[][] shapes = args.length > 0 && args[0].equals("lm") ? LAYERS : SQUARES;
        if (args.length > 1 && args[1].equals("busy")) {
            busy(shapes);
            return;
        }
        int all = Runtime.getRuntime().availableProcessors();
        for (int threads : all == 1 ? new int[] {1} : new int[] {1, all}) {
            try (CpuKernels kernels = new CpuKernels(threads)) {
                new MatmulBench().inTurn(kernels, threads, shapes);
            }
        }
    }

    /// One product, what it multiplies, and how fast it was.
    private static final class Cell {
        final Product product;
        final Tensor a;
        final Tensor b;
        final Tensor c;
        final double flops;
        final double[] rates = new double[PASSES];

        Cell(Product product, Tensor a, Tensor b, Tensor c) {
            this.product = product;
            this.a = a;
            this.b = b;
            this.c = c;
            this.flops = 2.0 * c.size() * (product == Product.TN ? a.rows() : a.columns());
        }

        double run(Kernels kernels) {
            int repeats = Math.max(1, (int) (FLOPS_PER_SAMPLE / flops));
            kernels.matmul(c, a, b, product, Store.OVERWRITE);
            long start = System.nanoTime();
            for (int repeat = 0; repeat < repeats; repeat++) {
                kernels.matmul(c, a, b, product, Store.OVERWRITE);
            }
            return repeats * flops / (System.nanoTime() - start) * 1e9;
        }
    }

    private void inTurn(CpuKernels kernels, int threads, int[][] shapes) throws InterruptedException {
        List<Cell> cells = new ArrayList<>();
        for (int[] s : shapes) {
            Tensor x = filled(s[0], s[2]);
            Tensor w = filled(s[1], s[2]);
            Tensor y = filled(s[0], s[1]);
            // the products of one layer: gradient of its input, forward, gradient of its weight
            cells.add(new Cell(Product.NN, y, w, Tensor.allocate(arena, s[0], s[2])));
            cells.add(new Cell(Product.NT, x, w, Tensor.allocate(arena, s[0], s[1])));
            cells.add(new Cell(Product.TN, y, x, Tensor.allocate(arena, s[1], s[2])));
        }
        for (Cell cell : cells) {
            cell.run(kernels);
            check(cell.product, cell.a, cell.b, cell.c);
        }
        double[] peaks = new double[PASSES * cells.size()];
        for (int pass = -2; pass < PASSES; pass++) { // compiled before anything counts
            for (int i = 0; i < cells.size(); i++) {
                double rate = cells.get(i).run(kernels);
                double peak = FloatPeak.flopsPerSecond(threads, 1);
                if (pass >= 0) {
                    cells.get(i).rates[pass] = rate;
                    peaks[pass * cells.size() + i] = peak;
                }
            }
        }
        print(kernels.name(), shapes, cells, peaks);
    }

    private static void print(String name, int[][] shapes, List<Cell> cells, double[] peaks) {
        double median = percentile(peaks, 50);
        double best = percentile(peaks, 90);
        System.out.printf(
                Locale.ROOT,
                "%s; peak %.0f GFLOP/s, 90th percentile %.0f; %d passes, median and 90th percentile of each product%n",
                name,
                median / 1e9,
                best / 1e9,
                PASSES);
        System.out.println("      m      n      k |         NN           |         NT           |         TN");
        for (int shape = 0; shape < shapes.length; shape++) {
            int[] s = shapes[shape];
            StringBuilder text = new StringBuilder(String.format(Locale.ROOT, "%7d%7d%7d", s[0], s[1], s[2]));
            for (Cell cell : cells.subList(3 * shape, 3 * shape + 3)) {
                double usual = percentile(cell.rates, 50);
                double quiet = percentile(cell.rates, 90);
                text.append(String.format(
                        Locale.ROOT,
                        " | %5.0f %3.0f%%  %5.0f %3.0f%%",
                        usual / 1e9,
                        100 * usual / median,
                        quiet / 1e9,
                        100 * quiet / best));
            }
            System.out.println(text);
        }
    }

    private static double percentile(double[] values, int percent) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)];
    }

    private static void busy(int[][] shapes) {
        try (CpuKernels kernels = new CpuKernels(1)) {
            System.out.println(kernels.name() + ", share of the peak by processor time");
            System.out.println("      m      n      k |   NN |   NT |   TN");
            for (int i = 0; i < 20; i++) { // compiled before anything counts
                FloatPeak.ofThisThread();
            }
            for (Product product : Product.values()) {
                new MatmulBench().share(kernels, product, 512, 512, 512, 60);
            }
            for (int[] s : shapes) {
                System.out.printf(
                        Locale.ROOT,
                        "%7d%7d%7d | %3.0f%% | %3.0f%% | %3.0f%%%n",
                        s[0],
                        s[1],
                        s[2],
                        100 * new MatmulBench().share(kernels, Product.NN, s[0], s[2], s[1], 9),
                        100 * new MatmulBench().share(kernels, Product.NT, s[0], s[1], s[2], 9),
                        100 * new MatmulBench().share(kernels, Product.TN, s[1], s[2], s[0], 9));
            }
        }
    }

    /// Median share of the peak, by processor time.
    private double share(Kernels kernels, Product product, int m, int n, int k, int count) {
        Tensor a = product == Product.TN ? filled(k, m) : filled(m, k);
        Tensor b = product == Product.NT ? filled(n, k) : filled(k, n);
        Tensor c = Tensor.allocate(arena, m, n);
        double flops = 2.0 * m * n * k;
        int repeats = Math.max(1, (int) (5e8 / flops));
        double[] shares = new double[count];
        double before = FloatPeak.ofThisThread();
        for (int i = 0; i < count; i++) {
            long start = FloatPeak.processorNanos();
            for (int repeat = 0; repeat < repeats; repeat++) {
                kernels.matmul(c, a, b, product, Store.OVERWRITE);
            }
            double rate = repeats * flops / (FloatPeak.processorNanos() - start) * 1e9;
            double after = FloatPeak.ofThisThread();
            shares[i] = rate / ((before + after) / 2);
            before = after;
        }
        check(product, a, b, c);
        Arrays.sort(shares);
        return shares[count / 2];
    }

    private Tensor filled(int rows, int columns) {
        Tensor tensor = Tensor.allocate(arena, rows, columns);
        for (long i = 0; i < tensor.size(); i++) {
            tensor.set(i, (float) random.nextDouble(-1, 1));
        }
        return tensor;
    }

    /// Compares the row sums of `C` with `op(A)·(op(B)·1)`.
    private static void check(Product product, Tensor a, Tensor b, Tensor c) {
        int k = product == Product.TN ? a.rows() : a.columns();
        double[] sums = new double[k];
        for (int i = 0; i < b.rows(); i++) {
            for (int j = 0; j < b.columns(); j++) {
                sums[product == Product.NT ? j : i] += b.get((long) i * b.columns() + j);
            }
        }
        for (int row : new int[] {0, c.rows() / 2, c.rows() - 1}) {
            double expected = 0;
            for (int p = 0; p < k; p++) {
                expected += sums[p] * a.get(product == Product.TN ? (long) p * a.columns() + row : (long) row * k + p);
            }
            double actual = 0;
            for (int j = 0; j < c.columns(); j++) {
                actual += c.get((long) row * c.columns() + j);
            }
            if (!(Math.abs(actual - expected) <= 1e-4 * k + 1e-3 * c.columns())) {
                throw new IllegalStateException(product + ": row " + row + " sums to " + actual + ", not " + expected);
            }
        }
    }
}
