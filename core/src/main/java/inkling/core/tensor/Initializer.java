package inkling.core.tensor;

import java.util.random.RandomGenerator;

/// How a parameter starts.
public sealed interface Initializer {
    /// Every element the same (gains start at 1).
    ///
    /// @param value the value
    record Constant(float value) implements Initializer {}

    /// Normal with mean 0, redrawn beyond `limit` standard deviations.
    ///
    /// @param standardDeviation `σ`
    /// @param limit largest absolute value, in standard deviations
    record TruncatedNormal(double standardDeviation, double limit) implements Initializer {}

    /// A linear weight `(out, in)`: `σ² = 2/(in + out)`, cut at 3σ (Glorot and Bengio, 2010).
    static Initializer linear(int in, int out) {
        return new TruncatedNormal(Math.sqrt(2.0 / ((double) in + out)), 3);
    }

    /// Fills a tensor.
    static void fill(Tensor tensor, Initializer initializer, RandomGenerator random) {
        for (long i = 0; i < tensor.size(); i++) {
            tensor.set(
                    i,
                    switch (initializer) {
                        case Constant(float value) -> value;
                        case TruncatedNormal(double deviation, double limit) ->
                            (float) (deviation * truncated(limit, random));
                    });
        }
    }

    private static double truncated(double limit, RandomGenerator random) {
        double value = random.nextGaussian();
        while (Math.abs(value) > limit) {
            value = random.nextGaussian();
        }
        return value;
    }
}
