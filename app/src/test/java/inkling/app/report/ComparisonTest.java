package inkling.app.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// What stands in the last column beside a prediction.
class ComparisonTest {
    private static String difference(double predicted, double measured, int stated) {
        return Comparison.Row.of("figure", predicted, measured, stated, Double::toString)
                .difference();
    }

    @Test
    void a_difference_is_held_to_the_stated_error() {
        assertThat(difference(100, 100, 0)).isEqualTo("exact");
        assertThat(difference(100, 81, 20)).isEqualTo("-19.0 % (stated ±20 %)");
        assertThat(difference(100, 79, 20)).isEqualTo("-21.0 % (beyond ±20 %)");
    }

    @Test
    void short_runs_and_shared_machines_prove_nothing() {
        assertThat(difference(100, 50, Comparison.TOO_SHORT)).isEqualTo("-50.0 % (too short to tell)");
        assertThat(difference(100, 50, Comparison.SHARED)).isEqualTo("-50.0 % (on a shared machine)");
    }
}
