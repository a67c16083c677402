package inkling.core.accounting;

import inkling.core.nn.FeedForwardSpec;
import inkling.core.nn.ModelConfig;
import inkling.core.nn.NormPlacement;
import inkling.core.nn.NormSpec;
import java.util.EnumMap;
import java.util.Map;

/// The symbols' values for a configuration, and the few facts of its variant that formulas branch on.
final class Sizes {
    private Sizes() {}

    /// Values of all symbols of the model; `T` is the given number of tokens.
    static Map<Symbol, Long> of(ModelConfig config, int tokens) {
        if (tokens < 1) {
            throw new IllegalArgumentException("plan: context length is " + tokens + ", expected at least 1");
        }
        Map<Symbol, Long> sizes = new EnumMap<>(Symbol.class);
        sizes.put(Symbol.T, (long) tokens);
        sizes.put(Symbol.D, (long) config.dModel());
        sizes.put(Symbol.H, (long) config.numHeads());
        sizes.put(Symbol.G, (long) config.numKeyValueHeads());
        sizes.put(Symbol.K, (long) config.headWidth());
        sizes.put(Symbol.F, (long) config.feedForward().width());
        sizes.put(Symbol.V, (long) config.vocabularySize());
        sizes.put(Symbol.L, (long) config.numLayers());
        return Map.copyOf(sizes);
    }

    /// The same sizes with one more.
    static Map<Symbol, Long> with(Map<Symbol, Long> sizes, Symbol symbol, long value) {
        Map<Symbol, Long> more = new EnumMap<>(sizes);
        more.put(symbol, value);
        return Map.copyOf(more);
    }

    static boolean isGrouped(ModelConfig config) {
        return config.numKeyValueHeads() != config.numHeads();
    }

    /// Matrices of one feed-forward network: 3 with a gate, else 2.
    static int feedForwardMatrices(ModelConfig config) {
        return switch (config.feedForward()) {
            case FeedForwardSpec.SwiGlu _ -> 3;
            case FeedForwardSpec.Silu _ -> 2;
        };
    }

    /// Norms of one layer.
    static int normsPerLayer(ModelConfig config) {
        return switch (config.norm()) {
            case NormSpec.Rms _ -> 2;
            case NormSpec.None _ -> 0;
        };
    }

    /// Norms after the last layer.
    static int finalNorms(ModelConfig config) {
        return config.placement() == NormPlacement.PRE ? normsPerLayer(config) / 2 : 0;
    }
}
