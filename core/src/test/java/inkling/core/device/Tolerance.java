package inkling.core.device;

import static org.assertj.core.api.Assertions.assertThat;

import inkling.core.tensor.Tensor;

/// How near to the reference a kernel's output must be: rounding errors of a sum of `n` products grow like `√n`.
final class Tolerance {
    private Tolerance() {}

    static void assertClose(Tensor actual, Tensor expected, int sumLength) {
        double largest = 0.25;
        for (long i = 0; i < expected.size(); i++) {
            largest = Math.max(largest, Math.abs(expected.get(i)));
        }
        double tolerance = 2e-7 * largest * (4 + Math.sqrt(sumLength));
        for (long i = 0; i < expected.size(); i++) {
            float a = actual.get(i);
            if (!(Math.abs(a - expected.get(i)) <= tolerance)) {
                assertThat((double) a)
                        .as("element %d of %s, tolerance %.3g", i, expected.shapeText(), tolerance)
                        .isEqualTo(expected.get(i));
            }
        }
    }
}
