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
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// Measures this machine on all its cores; the base takes about two seconds, every further shape half of one.
///
/// Code runs slowly before it is compiled, so each measurement goes on until none has been faster for a while, and the
/// fastest counts. A machine also has bad moments, when other programs or the compiler use it; they may last longer
/// than one measurement. So everything is measured in turn, round after round, until a whole round has brought no gain:
/// figures that will be remembered must not depend on one moment.
public final class MachineMeter {
    private static final int COPY_ROWS = 16 << 10;
    private static final int COPY_COLUMNS = 1 << 10;
    private static final double GAIN = 1.02;
    private static final int FEWEST_RUNS = 3;
    private static final double SETTLED_SECONDS = 0.1;
    private static final double LONGEST_SECONDS = 3;
    private static final double GAIN_OF_A_ROUND = 1.05;
    private static final int MOST_ROUNDS = 8;
    /// No further round after so long: plain loops, without the vector module, take minutes for one.
    private static final double LONGEST_ROUNDS_SECONDS = 15;

    private MachineMeter() {}

    /// One measurement: seconds of its parts, at best.
    private interface Measurement {
        double[] seconds();
    }

    /// Peak, bandwidth and vector width, without rates.
    public static Machine base() {
        try (Kernels kernels = Processor.onAllCores();
                Arena arena = Arena.ofShared()) {
            Tensor from = filled(arena, COPY_ROWS, COPY_COLUMNS);
            Tensor to = Tensor.allocate(arena, COPY_ROWS, COPY_COLUMNS);
            List<double[]> best = inRounds(List.of(
                    () -> new double[] {1 / peak(1)},
                    () -> new double[] {1 / peak(Processor.cores())},
                    () -> fastest(() -> kernels.copy(to, from))));
            double one = 1 / best.get(0)[0];
            double all = Math.max(one, 1 / best.get(1)[0]);
            double copy = 2.0 * from.byteSize() / best.get(2)[0];
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
                measurements.add(() -> seconds(kernels, one));
            }
            List<double[]> best = inRounds(measurements);
            for (int i = 0; i < missing.size(); i++) {
                Work one = missing.get(i);
                double forward = best.get(i)[0];
                double both = forward + best.get(i)[1];
                double flops = one.forwardFlops();
                rates.add(new Rate(one.shape(), flops / forward, one.forwardPasses() * flops / both));
            }
        }
        return machine.with(rates);
    }

    /// The best of every measurement, over as many rounds as bring a gain.
    private static List<double[]> inRounds(List<Measurement> measurements) {
        long begin = System.nanoTime();
        List<double[]> best = new ArrayList<>();
        measurements.forEach(one -> best.add(one.seconds()));
        boolean gained = true;
        for (int round = 1; round < MOST_ROUNDS && gained; round++) {
            gained = false;
            if (System.nanoTime() - begin > LONGEST_ROUNDS_SECONDS * 1e9) {
                break;
            }
            for (int i = 0; i < best.size(); i++) {
                double[] again = measurements.get(i).seconds();
                for (int part = 0; part < again.length; part++) {
                    gained |= GAIN_OF_A_ROUND * again[part] < best.get(i)[part];
                    best.get(i)[part] = Math.min(best.get(i)[part], again[part]);
                }
            }
        }
        return best;
    }

    /// Seconds of the forward and of the backward pass.
    private static double[] seconds(Kernels kernels, Work work) {
        try (Arena arena = Arena.ofShared()) {
            return switch (work) {
                case Work.Layer layer -> seconds(kernels, arena, layer);
                case Work.Attention attention -> seconds(kernels, arena, attention);
            };
        }
    }

    private static double[] seconds(Kernels kernels, Arena arena, Work.Layer layer) {
        Tensor x = filled(arena, layer.m(), layer.k());
        Tensor w = filled(arena, layer.n(), layer.k());
        Tensor y = filled(arena, layer.m(), layer.n());
        Tensor dw = Tensor.allocate(arena, layer.n(), layer.k());
        Tensor dx = Tensor.allocate(arena, layer.m(), layer.k());
        return fastest(() -> kernels.matmul(y, x, w, Product.NT, Store.OVERWRITE), () -> {
            kernels.matmul(dx, y, w, Product.NN, Store.OVERWRITE);
            kernels.matmul(dw, y, x, Product.TN, Store.ADD);
        });
    }

    private static double[] seconds(Kernels kernels, Arena arena, Work.Attention attention) {
        AttentionShape sizes = attention.sizes();
        Tensor qkv = filled(arena, sizes.rows(), sizes.heads().fusedWidth());
        Tensor y = Tensor.allocate(arena, sizes.rows(), sizes.heads().queryWidth());
        Tensor logSumExp = Tensor.allocate(arena, sizes.batch() * sizes.heads().queryHeads(), sizes.time());
        Tensor dy = filled(arena, sizes.rows(), sizes.heads().queryWidth());
        Tensor dQkv = Tensor.allocate(arena, sizes.rows(), sizes.heads().fusedWidth());
        return fastest(
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

    /// Seconds of the fastest run of each, run in turns until none has gained for a while.
    private static double[] fastest(Runnable... work) {
        double[] best = new double[work.length];
        java.util.Arrays.fill(best, Double.POSITIVE_INFINITY);
        long begin = System.nanoTime();
        long gained = begin;
        long now = begin;
        for (int run = 0; run < FEWEST_RUNS || now - gained < SETTLED_SECONDS * 1e9; run++) {
            for (int i = 0; i < work.length; i++) {
                long start = System.nanoTime();
                work[i].run();
                now = System.nanoTime();
                double seconds = (now - start) * 1e-9;
                gained = seconds * GAIN < best[i] ? now : gained;
                best[i] = Math.min(best[i], seconds);
            }
            if (now - begin > LONGEST_SECONDS * 1e9 && run >= FEWEST_RUNS) {
                break;
            }
        }
        return best;
    }
}
