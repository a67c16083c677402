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

/// Measures this machine on all its cores; the base takes about a second, every further shape a fraction of one.
///
/// Code runs slowly before it is compiled, so each measurement goes on until none has been faster for a while, and the
/// fastest counts.
public final class MachineMeter {
    private static final int COPY_ROWS = 16 << 10;
    private static final int COPY_COLUMNS = 1 << 10;
    private static final double GAIN = 1.02;
    private static final int FEWEST_RUNS = 3;
    private static final double SETTLED_SECONDS = 0.15;
    private static final double LONGEST_SECONDS = 3;

    private MachineMeter() {}

    /// Peak, bandwidth and vector width, without rates.
    public static Machine base() {
        try (Kernels kernels = Processor.onAllCores();
                Arena arena = Arena.ofShared()) {
            double one = PeakLoop.flopsPerSecond(1);
            double all = Math.max(one, PeakLoop.flopsPerSecond(Processor.cores()));
            double copy = copy(kernels, arena);
            return new Machine(
                    Machine.currentKey(), Processor.cores(), Processor.vectorBits(), one, all, copy, List.of());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("machine: the measurement was interrupted", e);
        }
    }

    /// The machine with the rates of these pieces of work; those it has are kept.
    public static Machine measured(Machine machine, List<Work> work) {
        List<Work> missing =
                work.stream().filter(one -> machine.rate(one).isEmpty()).toList();
        if (missing.isEmpty()) {
            return machine;
        }
        List<Rate> rates = new ArrayList<>();
        try (Kernels kernels = Processor.onAllCores()) {
            for (Work one : missing) {
                try (Arena arena = Arena.ofShared()) {
                    rates.add(
                            switch (one) {
                                case Work.Layer layer -> rate(kernels, arena, layer);
                                case Work.Attention attention -> rate(kernels, arena, attention);
                            });
                }
            }
        }
        return machine.with(rates);
    }

    private static Rate rate(Kernels kernels, Arena arena, Work.Layer layer) {
        Tensor x = filled(arena, layer.m(), layer.k());
        Tensor w = filled(arena, layer.n(), layer.k());
        Tensor y = filled(arena, layer.m(), layer.n());
        Tensor dw = Tensor.allocate(arena, layer.n(), layer.k());
        Tensor dx = Tensor.allocate(arena, layer.m(), layer.k());
        double[] seconds = fastest(() -> kernels.matmul(y, x, w, Product.NT, Store.OVERWRITE), () -> {
            kernels.matmul(dx, y, w, Product.NN, Store.OVERWRITE);
            kernels.matmul(dw, y, x, Product.TN, Store.ADD);
        });
        double flops = layer.forwardFlops();
        return new Rate(layer.shape(), flops / seconds[0], 3 * flops / (seconds[0] + seconds[1]));
    }

    private static Rate rate(Kernels kernels, Arena arena, Work.Attention attention) {
        AttentionShape sizes = attention.sizes();
        Tensor qkv = filled(arena, sizes.rows(), sizes.heads().fusedWidth());
        Tensor y = Tensor.allocate(arena, sizes.rows(), sizes.heads().queryWidth());
        Tensor logSumExp = Tensor.allocate(arena, sizes.batch() * sizes.heads().queryHeads(), sizes.time());
        Tensor dy = filled(arena, sizes.rows(), sizes.heads().queryWidth());
        Tensor dQkv = Tensor.allocate(arena, sizes.rows(), sizes.heads().fusedWidth());
        double[] seconds = fastest(
                () -> kernels.attention(y, logSumExp, qkv, sizes),
                () -> kernels.attentionBackward(dQkv, dy, qkv, y, logSumExp, sizes));
        double flops = attention.forwardFlops();
        return new Rate(attention.shape(), flops / seconds[0], 3.5 * flops / (seconds[0] + seconds[1]));
    }

    private static double copy(Kernels kernels, Arena arena) {
        Tensor from = filled(arena, COPY_ROWS, COPY_COLUMNS);
        Tensor to = Tensor.allocate(arena, COPY_ROWS, COPY_COLUMNS);
        return 2.0 * from.byteSize() / fastest(() -> kernels.copy(to, from))[0];
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
