package inkling.core.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import inkling.core.device.Kernels;
import inkling.core.device.reference.ReferenceKernels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Plain gradient descent follows its law, and the reference's losses.
class SgdToyTest {
    private final Kernels kernels = new ReferenceKernels();

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 1, 10, 30, 1000})
    void losses_follow_the_law_to_float_accuracy(double learningRate) {
        double[] run = SgdToy.run(kernels, learningRate, 10, 42);
        double[] law = SgdToy.law(run[0], learningRate, 10);
        for (int t = 0; t < 10; t++) {
            assertThat(run[t]).isCloseTo(law[t], within(1e-5 * law[t]));
        }
    }

    @Test
    void rate_100_leaves_the_loss_once_and_reaches_zero_at_the_fourth_step() {
        double[] law = SgdToy.law(24, 100, 6);
        assertThat(law[1]).isEqualTo(24);
        assertThat(law[4]).isZero();
        assertThat(SgdToy.run(kernels, 100, 6, 42)[4]).isLessThan(1e-10);
    }
}
