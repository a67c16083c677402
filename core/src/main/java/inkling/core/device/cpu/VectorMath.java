package inkling.core.device.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// The exponential and the sigmoid on vectors, by arithmetic alone.
///
/// `e^x = 2^n · e^r` with `n = round(x/ln 2)` and `|r| ≤ ln 2/2`; `ln 2` is subtracted in two parts so that `r` is
/// exact to the last bit, and `e^r` is a polynomial of degree 6. The relative error is below 2⁻²²·⁵ (1.7·10⁻⁷) over
/// `[−87.3, 88.3]`; below that range the result is 0, above it stays at `e^88.3 ≈ 2.2·10³⁸`.
final class VectorMath {
    private static final float LOWEST = -87.33f;
    private static final float HIGHEST = 88.3f;
    private static final float LOG2_E = 1.44269504f;

    /// Adding 1.5·2²³ rounds to an integer, which then lies in the lowest bits.
    private static final float ROUNDER = 12_582_912f;

    private static final float LN2_HIGH = 0.693359375f;
    private static final float LN2_LOW = -2.12194440e-4f;
    private static final int MANTISSA_BITS = 23;

    private VectorMath() {}

    static FloatVector exp(FloatVector x) {
        FloatVector bounded = x.min(HIGHEST);
        FloatVector shifted = bounded.fma(Lanes.all(LOG2_E), Lanes.all(ROUNDER));
        FloatVector n = shifted.sub(ROUNDER);
        FloatVector r = n.fma(Lanes.all(-LN2_HIGH), bounded);
        r = n.fma(Lanes.all(-LN2_LOW), r);
        FloatVector p = r.fma(Lanes.all(1.9875691500e-4f), Lanes.all(1.3981999507e-3f));
        p = p.fma(r, Lanes.all(8.3334519073e-3f));
        p = p.fma(r, Lanes.all(4.1665795894e-2f));
        p = p.fma(r, Lanes.all(1.6666665459e-1f));
        p = p.fma(r, Lanes.all(5.0000001201e-1f));
        p = p.fma(r.mul(r), r).add(1f);
        IntVector exponent = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, MANTISSA_BITS);
        FloatVector result = p.reinterpretAsInts().add(exponent).reinterpretAsFloats();
        VectorMask<Float> vanishes = x.compare(VectorOperators.LT, LOWEST);
        return result.blend(0f, vanishes);
    }

    /// `1/(1 + e^(−x))`.
    static FloatVector sigmoid(FloatVector x) {
        return Lanes.all(1f).div(exp(x.neg()).add(1f));
    }
}
