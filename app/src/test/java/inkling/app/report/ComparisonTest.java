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
    void short_runs_prove_nothing() {
        assertThat(difference(100, 50, Comparison.TOO_SHORT)).isEqualTo("-50.0 % (too short to tell)");
    }

    @Test
    void an_excuse_stands_beside_an_error_beyond_the_stated_one_and_never_in_its_place() {
        assertThat(excused(100, 50)).isEqualTo("-50.0 % (beyond ±20 % on a shared machine)");
        assertThat(excused(100, 90)).isEqualTo("-10.0 % (stated ±20 %)");
    }

    private static String excused(double predicted, double measured) {
        return Comparison.Row.of("figure", predicted, measured, 20, "on a shared machine", Double::toString)
                .difference();
    }
}
