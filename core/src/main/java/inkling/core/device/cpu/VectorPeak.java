package inkling.core.device.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Fused multiply-adds on registers and nothing else.
///
/// Twelve independent accumulators hide the latency of the multiply-add (4 to 5 cycles, two a cycle).
final class VectorPeak {
    /// Independent sums, all the same, added at the end.
    static final int ACCUMULATORS = 12;

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    /// Of one round of [#multiplyAdds].
    static final int FLOPS_PER_ROUND = 2 * ACCUMULATORS * SPECIES.length();

    private VectorPeak() {}

    /// `rounds` times `x ← x·factor + addend` from `x = addend`, in every lane of every accumulator; the sum of the
    /// accumulators in the first lane.
    static float multiplyAdds(float factorValue, float addendValue, int rounds) {
        FloatVector factor = FloatVector.broadcast(SPECIES, factorValue);
        FloatVector addend = FloatVector.broadcast(SPECIES, addendValue);
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
        for (int round = 0; round < rounds; round++) {
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
        FloatVector first = a.add(b).add(c).add(d).add(e).add(f);
        return first.add(g).add(h).add(i).add(j).add(k).add(l).lane(0);
    }
}
