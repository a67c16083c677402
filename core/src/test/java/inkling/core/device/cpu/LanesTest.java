package inkling.core.device.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;

/// The exponential against the one of the JDK in double precision, and the fixed order of sums.
class LanesTest {
    private static final double RELATIVE = 2e-7;

    @Test
    void exp_is_within_its_stated_error_on_every_hundredth_float_of_its_range() {
        double worst = 0;
        for (float limit : new float[] {87.33f, -87.33f}) {
            for (int bits = 0; Float.intBitsToFloat(bits) <= 87.33f; bits += 101) {
                float x = Math.copySign(Float.intBitsToFloat(bits), limit);
                double exact = Math.exp(x);
                worst = Math.max(worst, Math.abs(exp(x) - exact) / exact);
            }
        }
        assertThat(worst).isLessThan(RELATIVE).isGreaterThan(0);
    }

    @Test
    void exp_is_zero_below_its_range_and_finite_above_it() {
        for (float x : new float[] {-87.34f, -88, -1e4f, -Float.MAX_VALUE, Float.NEGATIVE_INFINITY}) {
            assertThat(exp(x)).as("exp(%s)", x).isZero();
        }
        for (float x : new float[] {88.4f, 89, 1e4f, Float.MAX_VALUE, Float.POSITIVE_INFINITY}) {
            assertThat(exp(x)).as("exp(%s)", x).isBetween(2e38f, Float.MAX_VALUE);
        }
    }

    @Test
    void exp_of_not_a_number_is_not_a_number() {
        assertThat(exp(Float.NaN)).isNaN();
    }

    @Test
    void sigmoid_is_symmetric_and_within_a_few_units_in_the_last_place() {
        for (float x = -30; x <= 30; x += 0.01f) {
            double exact = 1 / (1 + Math.exp(-(double) x));
            assertThat(Math.abs(sigmoid(x) - exact)).as("sigmoid(%s)", x).isLessThan(4e-7 * Math.max(exact, 1e-13));
        }
        assertThat(sigmoid(0)).isEqualTo(0.5f);
    }

    @Test
    void a_sum_folds_the_upper_half_onto_the_lower_until_one_lane_is_left() {
        float[] values = new float[Lanes.COUNT];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.sin(i + 1) * (1 << (i % 20));
        }
        float[] folded = values.clone();
        for (int half = Lanes.COUNT / 2; half > 0; half /= 2) {
            for (int i = 0; i < half; i++) {
                folded[i] += folded[i + half];
            }
        }
        assertThat(Lanes.sum(FloatVector.fromArray(Lanes.SPECIES, values, 0))).isEqualTo(folded[0]);
    }

    private static float exp(float x) {
        return Lanes.exp(FloatVector.broadcast(Lanes.SPECIES, x)).lane(Lanes.COUNT - 1);
    }

    private static float sigmoid(float x) {
        return Lanes.sigmoid(FloatVector.broadcast(Lanes.SPECIES, x)).lane(0);
    }
}
