package inkling.core.nn;

import static org.assertj.core.api.Assertions.assertThat;

import inkling.core.tensor.Tensor;
import inkling.testkit.SharedData;
import inkling.tokenizer.json.JsonReader;
import java.io.IOException;
import java.io.UncheckedIOException;

/// How far answers may be from those computed in 64 bits.
///
/// The yardstick of the fixtures is PyTorch's own 32-bit error; ten times that is allowed, and never less than
/// two units in the last place of the largest value.
public final class Closeness {
    private static final double FLOOR = 0x1p-22;

    private Closeness() {}

    /// Allowed relative error of one array of a fixture.
    public static double tolerance(String fixture, String array) {
        try {
            double deviation = JsonReader.read(SharedData.path("fixtures/cs336/torch_fp32_deviation.json"))
                    .member(fixture)
                    .member(array)
                    .number();
            return Math.max(10 * deviation, FLOOR);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Asserts that the largest difference, relative to the largest expected value, is within the tolerance.
    public static void assertClose(String what, Tensor actual, double[] expected, double tolerance) {
        assertThat(actual.size()).as(what).isEqualTo(expected.length);
        assertThat(relativeError(actual, expected)).as(what).isLessThanOrEqualTo(tolerance);
    }

    /// Largest difference, relative to the largest expected value.
    public static double relativeError(Tensor actual, double[] expected) {
        double largest = Double.MIN_NORMAL;
        double difference = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs(expected[i]));
            double error = Math.abs(actual.get(i) - expected[i]);
            difference = error <= difference ? difference : error; // NaN counts as larger
        }
        return difference / largest;
    }
}
