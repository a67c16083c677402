package inkling.core.generate;

/// How the next token is drawn from a model's logits.
///
/// @param temperature logits are divided by it: below 1 safer, above 1 wilder; 0 always takes the likeliest token
/// @param topK only the `topK` likeliest tokens can be drawn; 0 for no limit
/// @param topP only the smallest set of likeliest tokens whose probabilities sum to `topP` can be drawn; 1 for no limit
public record SamplingSpec(double temperature, int topK, double topP) {
    /// Checks the ranges.
    public SamplingSpec {
        if (!(temperature >= 0 && temperature < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("sampling: temperature is " + temperature + ", expected at least 0");
        }
        if (topK < 0) {
            throw new IllegalArgumentException("sampling: top-k is " + topK + ", expected at least 0 (0 for no limit)");
        }
        if (!(topP > 0 && topP <= 1)) {
            throw new IllegalArgumentException("sampling: top-p is " + topP + ", expected more than 0 and at most 1");
        }
    }

    /// Always the likeliest token.
    public static SamplingSpec greedy() {
        return new SamplingSpec(0, 0, 1);
    }

    /// True where nothing is left to chance.
    public boolean isGreedy() {
        return temperature == 0;
    }
}
