package inkling.bench.generate;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.concurrent.CountDownLatch;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// How fast so many threads read a block of memory of a given size over and over: the limit of generation, which reads
/// every weight once for every token.
///
/// Each thread adds up its own part, four places of it at a time with two accumulators each: one place after the
/// other is up to a third slower, since a processor reads only so far ahead of each. A block that fits into a cache
/// shows that cache.
final class ReadBandwidth {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int STEP = 8 * S.length();
    private static final double SECONDS = 0.4;

    private ReadBandwidth() {}

    /// Bytes per second, the best of three times.
    static double bytesPerSecond(long bytes, int threads) throws InterruptedException {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment block = arena.allocate(bytes, 4096);
            block.fill((byte) 1);
            double best = 0;
            for (int run = 0; run < 3; run++) {
                best = Math.max(best, once(block, threads));
            }
            return best;
        }
    }

    private static double once(MemorySegment block, int threads) throws InterruptedException {
        long part = block.byteSize() / threads / (4L * STEP) * STEP;
        CountDownLatch ready = new CountDownLatch(threads);
        double[] rates = new double[threads];
        Thread[] all = new Thread[threads];
        for (int i = 0; i < threads; i++) {
            int at = i;
            all[i] = Thread.ofPlatform().start(() -> {
                ready.countDown();
                while (ready.getCount() > 0) {
                    Thread.onSpinWait();
                }
                long start = System.nanoTime();
                long passes = 0;
                float sum = 0;
                while (System.nanoTime() - start < SECONDS * 1e9) {
                    sum += read(block, at * part, (at + 1) * part);
                    passes++;
                }
                double seconds = (System.nanoTime() - start + (Float.isNaN(sum) ? 1 : 0)) / 1e9;
                rates[at] = passes * part * 4 / seconds;
            });
        }
        double rate = 0;
        for (int i = 0; i < threads; i++) {
            all[i].join();
            rate += rates[i];
        }
        return rate;
    }

    private static FloatVector load(MemorySegment block, long element) {
        return FloatVector.fromMemorySegment(S, block, element * 4, ByteOrder.nativeOrder());
    }

    private static float read(MemorySegment block, long from, long to) {
        int n = S.length();
        FloatVector a = FloatVector.zero(S);
        FloatVector b = FloatVector.zero(S);
        FloatVector c = FloatVector.zero(S);
        FloatVector d = FloatVector.zero(S);
        FloatVector e = FloatVector.zero(S);
        FloatVector f = FloatVector.zero(S);
        FloatVector g = FloatVector.zero(S);
        FloatVector h = FloatVector.zero(S);
        long quarter = (to - from) / 4;
        long second = from + quarter;
        long third = second + quarter;
        long last = third + quarter;
        for (long i = 0; i + 2L * n <= quarter; i += 2L * n) {
            a = a.add(load(block, from + i));
            b = b.add(load(block, from + i + n));
            c = c.add(load(block, second + i));
            d = d.add(load(block, second + i + n));
            e = e.add(load(block, third + i));
            f = f.add(load(block, third + i + n));
            g = g.add(load(block, last + i));
            h = h.add(load(block, last + i + n));
        }
        return a.add(b).add(c).add(d).add(e).add(f).add(g).add(h).lane(0);
    }
}
