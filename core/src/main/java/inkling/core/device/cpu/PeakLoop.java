package inkling.core.device.cpu;

import java.util.ArrayList;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// The most this processor can do in 32-bit floats: nothing but fused multiply-adds on registers.
///
/// Twelve independent accumulators hide the latency of the multiply-add (4 to 5 cycles, two a cycle).
public final class PeakLoop {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int ACCUMULATORS = 12;
    private static final int ROUNDS = 2_000_000;
    private static final int REPETITIONS = 5;

    private PeakLoop() {}

    /// FLOPs per second of so many threads together: the best of a few repetitions of a fraction of a second.
    public static double flopsPerSecond(int threads) throws InterruptedException {
        double best = 0;
        for (int i = 0; i < REPETITIONS; i++) {
            List<Thread> workers = new ArrayList<>();
            long start = System.nanoTime();
            for (int t = 0; t < threads; t++) {
                workers.add(Thread.ofPlatform().name("peak-" + t).start(PeakLoop::work));
            }
            for (Thread worker : workers) {
                worker.join();
            }
            double flops = 2.0 * ACCUMULATORS * SPECIES.length() * ROUNDS * threads;
            best = Math.max(best, flops / ((System.nanoTime() - start) * 1e-9));
        }
        return best;
    }

    private static void work() {
        float sum = multiplyAdds(FloatVector.broadcast(SPECIES, 0.999f), FloatVector.broadcast(SPECIES, 1e-3f));
        if (Float.isNaN(sum)) { // never: keeps the loop from being removed as useless
            throw new IllegalStateException("peak loop: the sum is not a number");
        }
    }

    private static float multiplyAdds(FloatVector factor, FloatVector addend) {
        FloatVector a = addend;
        FloatVector b = addend;
        FloatVector c = addend;
        FloatVector d = addend;
        FloatVector e = addend;
        FloatVector f = addend;
        FloatVector g = addend;
        FloatVector h = addend;
        FloatVector i = addend;
        FloatVector j = addend;
        FloatVector k = addend;
        FloatVector l = addend;
        for (int round = 0; round < ROUNDS; round++) {
            a = a.fma(factor, addend);
            b = b.fma(factor, addend);
            c = c.fma(factor, addend);
            d = d.fma(factor, addend);
            e = e.fma(factor, addend);
            f = f.fma(factor, addend);
            g = g.fma(factor, addend);
            h = h.fma(factor, addend);
            i = i.fma(factor, addend);
            j = j.fma(factor, addend);
            k = k.fma(factor, addend);
            l = l.fma(factor, addend);
        }
        FloatVector all = a.add(b)
                .add(c)
                .add(d)
                .add(e)
                .add(f)
                .add(g)
                .add(h)
                .add(i)
                .add(j)
                .add(k)
                .add(l);
        return all.lane(0);
    }
}
