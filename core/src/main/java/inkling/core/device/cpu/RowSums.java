package inkling.core.device.cpu;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/// Sums of all lanes of four vectors at once, for dot products of four rows.
///
/// Two vectors share each step of folding, so that four sums take 8 shuffles instead of 16 (8 lanes shown, `a₀…a₇` and
/// so on):
///
/// ```
/// a0+a4 a1+a5 a2+a6 a3+a7 b0+b4 b1+b5 b2+b6 b3+b7         the same of c and d: then
/// a a c c b b d d                                         two lanes of each, and at last one
/// ```
///
/// Every sum is added in the order of [Lanes#sum], to the bit.
final class RowSums {
    private static final int HALF = Lanes.COUNT / 2;
    private static final int QUARTER = Lanes.COUNT / 4;

    private static final VectorShuffle<Float> TURN_HALF = turn(HALF);
    private static final VectorShuffle<Float> TURN_QUARTER = turn(QUARTER);
    private static final VectorShuffle<Float> TURN_BACK = turn(Lanes.COUNT - QUARTER);
    private static final VectorShuffle<Float> TURN_2 = turn(2);
    private static final VectorShuffle<Float> TURN_1 = turn(1);
    private static final VectorMask<Float> UPPER_HALF = VectorMask.fromLong(Lanes.SPECIES, ((1L << HALF) - 1) << HALF);
    private static final VectorMask<Float> ODD_QUARTERS =
            VectorMask.fromLong(Lanes.SPECIES, ((1L << QUARTER) - 1) << QUARTER | ((1L << QUARTER) - 1) << 3 * QUARTER);
    private static final VectorMask<Float> FIRST_FOUR = VectorMask.fromLong(Lanes.SPECIES, 0xF);
    /// Brings the four sums from the beginnings of the quarters (of a, c, b, d) into the first four lanes.
    private static final VectorShuffle<Float> IN_ORDER =
            VectorShuffle.fromOp(Lanes.SPECIES, i -> ((i & 1) * 2 + (i >> 1 & 1)) * QUARTER);

    private RowSums() {}

    private static VectorShuffle<Float> turn(int distance) {
        return VectorShuffle.fromOp(Lanes.SPECIES, i -> (i + distance) % Lanes.COUNT);
    }

    /// The four sums in the first four lanes.
    static FloatVector four(FloatVector a, FloatVector b, FloatVector c, FloatVector d) {
        FloatVector ab = a.blend(b.rearrange(TURN_HALF), UPPER_HALF)
                .add(a.rearrange(TURN_HALF).blend(b, UPPER_HALF));
        FloatVector cd = c.blend(d.rearrange(TURN_HALF), UPPER_HALF)
                .add(c.rearrange(TURN_HALF).blend(d, UPPER_HALF));
        FloatVector sums = ab.blend(cd.rearrange(TURN_BACK), ODD_QUARTERS)
                .add(ab.rearrange(TURN_QUARTER).blend(cd, ODD_QUARTERS));
        sums = Lanes.COUNT >= 16 ? sums.add(sums.rearrange(TURN_2)) : sums;
        sums = Lanes.COUNT >= 8 ? sums.add(sums.rearrange(TURN_1)) : sums;
        return sums.rearrange(IN_ORDER);
    }

    /// Writes four floats from the first four lanes, or adds them.
    static void put(FloatVector sums, MemorySegment to, long element, boolean add) {
        FloatVector result = add ? sums.add(Lanes.load(to, element, FIRST_FOUR)) : sums;
        Lanes.store(result, to, element, FIRST_FOUR);
    }

    /// Writes four floats from the first four lanes into an array.
    static void put(FloatVector sums, float[] to, int at) {
        sums.intoArray(to, at, FIRST_FOUR);
    }
}
