package inkling.core.device.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class VectorMathTest {
    @Test
    void exponential_is_within_its_stated_error_of_the_exact_one() {
        double worst = 0;
        for (float x = -87.3f; x < 88.3f; x += 0.000_37f) {
            double exact = Math.exp(x);
            worst = Math.max(worst, Math.abs(VectorMath.exp(Lanes.all(x)).lane(0) - exact) / exact);
        }
        assertThat(worst).isLessThan(1.7e-7);
    }

    @Test
    void exponential_of_extreme_numbers_is_zero_or_finite() {
        assertThat(exp(Float.NEGATIVE_INFINITY)).isZero();
        assertThat(exp(-1000)).isZero();
        assertThat(exp(0)).isEqualTo(1);
        assertThat(exp(1000)).isFinite().isGreaterThan(1e38f);
        assertThat(exp(Float.NaN)).isNaN();
    }

    @Test
    void sigmoid_of_extreme_numbers_is_zero_or_one() {
        assertThat(VectorMath.sigmoid(Lanes.all(-1000)).lane(0)).isLessThan(1e-37f);
        assertThat(VectorMath.sigmoid(Lanes.all(1000)).lane(0)).isEqualTo(1);
    }

    private static float exp(float x) {
        return VectorMath.exp(Lanes.all(x)).lane(0);
    }
}
