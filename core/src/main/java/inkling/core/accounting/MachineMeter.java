package inkling.core.accounting;

import inkling.core.accounting.Machine.Rate;
import inkling.core.device.AttentionShape;
import inkling.core.device.Kernels;
import inkling.core.device.Product;
import inkling.core.device.Store;
import inkling.core.device.cpu.PeakLoop;
import inkling.core.device.cpu.Processor;
import inkling.core.tensor.Tensor;
import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;

/// Measures this machine on all its cores; the base takes about two seconds, every further shape one.
///
/// Code runs slowly before it is compiled, so each measurement goes on until none has been faster for a while. A
/// machine also has bad moments, when other programs or the compiler use it; they may last longer than one
/// measurement. So everything is measured in turn, round after round, until a whole round has brought no gain: figures
/// that will be remembered must not depend on one moment. Of the peak, which is a limit, the fastest counts; of
/// everything else the median of the last rounds, for that is what a long run will get.
public final class MachineMeter {
    private static final int COPY_ROWS = 16 << 10;
    private static final int COPY_COLUMNS = 1 << 10;
    private static final double GAIN = 1.02;
    private static final int FEWEST_RUNS = 3;
    private static final double SETTLED_SECONDS = 0.05;
    private static final double LONGEST_SECONDS = 3;
    private static final double GAIN_OF_A_ROUND = 1.05;
    private static final int MOST_ROUNDS = 10;
    /// Rounds without a gain whose medians count.
    private static final int SETTLED_ROUNDS = 3;
    /// No further round after so long: plain loops, without the vector module, take minutes for one.
    private static final double LONGEST_ROUNDS_SECONDS = 15;

    private MachineMeter() {}

    /// One measurement: seconds of its parts.
    private interface Measurement {
        Times times();
    }

    /// Seconds of each part of a measurement.
    private static final class Times {
        /// Of its fastest run.
        final double[] best;
        /// The median of its runs since the last gain.
        final double[] median;

        Times(double[] best, double[] median) {
            this.best = best;
            this.median = median;
        }

        /// Takes over what was faster before; true if something is faster by far now.
        boolean keepBest(Times before) {
            boolean gained = false;
            for (int part = 0; part < best.length; part++) {
                gained |= GAIN_OF_A_ROUND * best[part] < before.best[part];
                best[part] = Math.min(best[part], before.best[part]);
            }
            return gained;
        }

        static Times ofPeak(double peak) {
            return new Times(new double[] {1 / peak}, new double[] {1 / peak});
        }
    }

    /// Peak, bandwidth and vector width, without rates.
    public static Machine base() {
        try (Kernels kernels = Processor.onAllCores();
                Arena arena = Arena.ofShared()) {
            Tensor from = filled(arena, COPY_ROWS, COPY_COLUMNS);
            Tensor to = Tensor.allocate(arena, COPY_ROWS, COPY_COLUMNS);
            List<Times> times = inRounds(List.of(
                    () -> Times.ofPeak(peak(1)),
                    () -> Times.ofPeak(peak(Processor.cores())),
                    () -> timed(() -> kernels.copy(to, from))));
            double one = 1 / times.get(0).best[0];
            double all = Math.max(one, 1 / times.get(1).best[0]);
            double copy = 2.0 * from.byteSize() / times.get(2).median[0];
            return new Machine(
                    Machine.currentKey(), Processor.cores(), Processor.vectorBits(), one, all, copy, List.of());
        }
    }

    private static double peak(int threads) {
        try {
            return PeakLoop.flopsPerSecond(threads);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("machine: the measurement was interrupted", e);
        }
    }

    /// The machine with the rates of these pieces of work on a device of all cores; those it has are kept.
    public static Machine measured(Machine machine, List<Work> work, Supplier<Kernels> device) {
        List<Work> missing =
                work.stream().filter(one -> machine.rate(one).isEmpty()).toList();
        if (missing.isEmpty()) {
            return machine;
        }
        List<Measurement> measurements = new ArrayList<>();
        List<Rate> rates = new ArrayList<>();
        try (Kernels kernels = device.get()) {
            for (Work one : missing) {
                measurements.add(() -> times(kernels, one));
            }
            List<Times> times = inRounds(measurements);
            for (int i = 0; i < missing.size(); i++) {
                Work one = missing.get(i);
                double forward = times.get(i).median[0];
                double both = forward + times.get(i).median[1];
                double flops = one.forwardFlops();
                rates.add(new Rate(one.shape(), flops / forward, one.forwardPasses() * flops / both));
            }
        }
        return machine.with(rates);
    }

    /// Every measurement, over as many rounds as bring a gain and a few more: the best of all of them and the medians
    /// of the last ones.
    private static List<Times> inRounds(List<Measurement> measurements) {
        long begin = System.nanoTime();
        Deque<List<Times>> last = new ArrayDeque<>();
        last.add(measurements.stream().map(Measurement::times).toList());
        int settled = 0;
        for (int round = 1; round < MOST_ROUNDS && settled < SETTLED_ROUNDS; round++) {
            if (System.nanoTime() - begin > LONGEST_ROUNDS_SECONDS * 1e9) {
                break;
            }
            List<Times> before = last.getLast();
            List<Times> now = measurements.stream().map(Measurement::times).toList();
            boolean gained = false;
            for (int i = 0; i < now.size(); i++) {
                gained |= now.get(i).keepBest(before.get(i));
            }
            settled = gained ? 1 : settled + 1;
            last.add(now);
            if (last.size() > SETTLED_ROUNDS) {
                last.removeFirst();
            }
        }
        List<Times> times = new ArrayList<>();
        for (int i = 0; i < measurements.size(); i++) {
            int one = i;
            double[] best = last.getLast().get(i).best;
            times.add(new Times(
                    best,
                    medians(last.stream().map(round -> round.get(one).median).toList(), best.length)));
        }
        return times;
    }

    /// Times of the forward and of the backward pass.
    private static Times times(Kernels kernels, Work work) {
        try (Arena arena = Arena.ofShared()) {
            return switch (work) {
                case Work.Layer layer -> times(kernels, arena, layer);
                case Work.Attention attention -> times(kernels, arena, attention);
            };
        }
    }

    private static Times times(Kernels kernels, Arena arena, Work.Layer layer) {
        Tensor x = filled(arena, layer.m(), layer.k());
        Tensor w = filled(arena, layer.n(), layer.k());
        Tensor y = filled(arena, layer.m(), layer.n());
        Tensor dw = Tensor.allocate(arena, layer.n(), layer.k());
        Tensor dx = Tensor.allocate(arena, layer.m(), layer.k());
        return timed(() -> kernels.matmul(y, x, w, Product.NT, Store.OVERWRITE), () -> {
            kernels.matmul(dx, y, w, Product.NN, Store.OVERWRITE);
            kernels.matmul(dw, y, x, Product.TN, Store.ADD);
        });
    }

    private static Times times(Kernels kernels, Arena arena, Work.Attention attention) {
        AttentionShape sizes = attention.sizes();
        Tensor qkv = filled(arena, sizes.rows(), sizes.heads().fusedWidth());
        Tensor y = Tensor.allocate(arena, sizes.rows(), sizes.heads().queryWidth());
        Tensor logSumExp = Tensor.allocate(arena, sizes.batch() * sizes.heads().queryHeads(), sizes.time());
        Tensor dy = filled(arena, sizes.rows(), sizes.heads().queryWidth());
        Tensor dQkv = Tensor.allocate(arena, sizes.rows(), sizes.heads().fusedWidth());
        return timed(
                () -> kernels.attention(y, logSumExp, qkv, sizes),
                () -> kernels.attentionBackward(dQkv, dy, qkv, y, logSumExp, sizes));
    }

    private static Tensor filled(Arena arena, int rows, int columns) {
        Tensor tensor = Tensor.allocate(arena, rows, columns);
        for (long i = 0; i < tensor.size(); i += 97) {
            tensor.set(i, 0.01f * (i % 13));
        }
        return tensor;
    }

    /// Runs each in turns until none has gained for a while.
    private static Times timed(Runnable... work) {
        double[] best = new double[work.length];
        Arrays.fill(best, Double.POSITIVE_INFINITY);
        List<double[]> settled = new ArrayList<>();
        long begin = System.nanoTime();
        long gained = begin;
        long now = begin;
        for (int run = 0; run < FEWEST_RUNS || now - gained < SETTLED_SECONDS * 1e9; run++) {
            double[] seconds = new double[work.length];
            for (int i = 0; i < work.length; i++) {
                long start = System.nanoTime();
                work[i].run();
                now = System.nanoTime();
                seconds[i] = (now - start) * 1e-9;
                if (seconds[i] * GAIN < best[i]) {
                    gained = now;
                    settled.clear();
                }
                best[i] = Math.min(best[i], seconds[i]);
            }
            settled.add(seconds);
            if (now - begin > LONGEST_SECONDS * 1e9 && run >= FEWEST_RUNS) {
                break;
            }
        }
        return new Times(best, medians(settled, work.length));
    }

    private static double[] medians(List<double[]> runs, int parts) {
        double[] medians = new double[parts];
        for (int i = 0; i < parts; i++) {
            int part = i;
            double[] sorted =
                    runs.stream().mapToDouble(run -> run[part]).sorted().toArray();
            medians[i] = sorted[sorted.length / 2];
        }
        return medians;
    }
}
