package inkling.core.device.cpu;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/// The most this processor can do in 32-bit floats: [VectorPeak] where there is a Vector API, else [ScalarPeak].
///
/// One call runs few rounds, and very many calls are made: a method entered anew is compiled as a whole, with its
/// accumulators in registers. In one long call the compiler would have to take over in the middle of the loop, where
/// the accumulators are objects already and stay so (measured: 30 times slower).
public final class PeakLoop {
    private static final int ROUNDS = 2_000;
    private static final long SHORTEST_NANOS = 10_000_000;
    /// So many repetitions in a row without a gain end the measurement.
    private static final int SETTLED = 8;
    /// A repetition of fewer calls than these is not of compiled code: on a busy machine the compiler may come late.
    private static final int COMPILED_CALLS = 64;

    private static final double GAIN = 1.02;
    private static final long LONGEST_NANOS = 10_000_000_000L;

    private PeakLoop() {}

    /// FLOPs per second of so many threads together: the best repetition once none has been better for a while.
    public static double flopsPerSecond(int threads) throws InterruptedException {
        if (threads < 1) {
            throw new IllegalArgumentException("peak loop: " + threads + " threads, expected at least 1");
        }
        long begin = System.nanoTime();
        long calls = 1;
        double best = 0;
        int since = 0;
        while (since < SETTLED && System.nanoTime() - begin < LONGEST_NANOS) {
            long nanos = repetition(threads, calls);
            double rate = flopsPerCall() * calls * threads / nanos * 1e9;
            boolean early = nanos < SHORTEST_NANOS || calls < COMPILED_CALLS;
            since = rate > GAIN * best || early ? 0 : since + 1;
            best = Math.max(best, rate);
            if (nanos < SHORTEST_NANOS) {
                calls *= 2;
            }
        }
        return best;
    }

    /// Nanoseconds from the start of all threads to the end of the last.
    private static long repetition(int threads, long calls) throws InterruptedException {
        CountDownLatch ready = new CountDownLatch(threads);
        CountDownLatch go = new CountDownLatch(1);
        AtomicReference<Float> sum = new AtomicReference<>(0f);
        List<Thread> workers = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            workers.add(Thread.ofPlatform().daemon().name("peak-" + t).start(() -> {
                ready.countDown();
                try {
                    go.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                sum.set(work(calls));
            }));
        }
        ready.await();
        long start = System.nanoTime();
        go.countDown();
        for (Thread worker : workers) {
            worker.join();
        }
        return System.nanoTime() - start;
    }

    private static double flopsPerCall() {
        return ROUNDS * (double) (Processor.hasVectors() ? VectorPeak.FLOPS_PER_ROUND : ScalarPeak.FLOPS_PER_ROUND);
    }

    private static float work(long calls) {
        return Processor.hasVectors() ? vectorWork(calls) : scalarWork(calls);
    }

    private static float vectorWork(long calls) {
        float sum = 0;
        for (long call = 0; call < calls; call++) {
            sum += VectorPeak.multiplyAdds(0.999f, 1e-3f, ROUNDS);
        }
        return sum;
    }

    private static float scalarWork(long calls) {
        float[] values = new float[ScalarPeak.VALUES];
        for (long call = 0; call < calls; call++) {
            for (int round = 0; round < ROUNDS; round++) {
                ScalarPeak.multiplyAdds(values, 0.999f, 1e-3f);
            }
        }
        return values[0];
    }
}
