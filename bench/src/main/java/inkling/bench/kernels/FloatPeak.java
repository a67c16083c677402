package inkling.bench.kernels;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.CountDownLatch;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// The machine's measured FP32 peak: twelve independent chains of multiply-adds over and over, nothing but registers.
public final class FloatPeak {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int CHAINS = 12;
    private static final int ROUNDS = 3_000_000;
    private static final int SHORT_ROUNDS = 750_000;

    private FloatPeak() {}

    /// The best of several runs on so many threads, in FLOP/s.
    public static double flopsPerSecond(int threads, int runs) throws InterruptedException {
        double best = 0;
        for (int run = 0; run < runs; run++) {
            best = Math.max(best, once(threads));
        }
        return best;
    }

    /// Of the calling thread, in a few milliseconds, by the processor time it got: for machines that others use as
    /// well.
    static double ofThisThread() {
        long start = processorNanos();
        float sum = chains(SHORT_ROUNDS, 1e-3f);
        long nanos = processorNanos() - start + (Float.isNaN(sum) ? 1 : 0);
        return 2.0 * CHAINS * S.length() * SHORT_ROUNDS / (nanos / 1e9);
    }

    /// Processor time of the calling thread.
    static long processorNanos() {
        return THREADS.getCurrentThreadCpuTime();
    }

    private static double once(int threads) throws InterruptedException {
        CountDownLatch ready = new CountDownLatch(threads);
        long[] nanos = new long[threads];
        Thread[] all = new Thread[threads];
        for (int i = 0; i < threads; i++) {
            int at = i;
            all[i] = Thread.ofPlatform().start(() -> {
                ready.countDown();
                while (ready.getCount() > 0) {
                    Thread.onSpinWait();
                }
                long start = System.nanoTime();
                float sum = chains(ROUNDS, 1e-3f);
                nanos[at] = System.nanoTime() - start + (Float.isNaN(sum) ? 1 : 0);
            });
        }
        double rate = 0;
        for (int i = 0; i < threads; i++) {
            all[i].join();
            rate += 2.0 * CHAINS * S.length() * ROUNDS / (nanos[i] / 1e9);
        }
        return rate;
    }

    private static float chains(int rounds, float seed) {
        FloatVector x = FloatVector.broadcast(S, seed);
        FloatVector a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x, k = x, l = x;
        for (int round = 0; round < rounds; round++) {
            a = x.fma(x, a);
            b = x.fma(x, b);
            c = x.fma(x, c);
            d = x.fma(x, d);
            e = x.fma(x, e);
            f = x.fma(x, f);
            g = x.fma(x, g);
            h = x.fma(x, h);
            i = x.fma(x, i);
            j = x.fma(x, j);
            k = x.fma(x, k);
            l = x.fma(x, l);
        }
        return a.add(b)
                .add(c)
                .add(d)
                .add(e)
                .add(f)
                .add(g)
                .add(h)
                .add(i)
                .add(j)
                .add(k)
                .add(l)
                .lane(0);
    }
}
