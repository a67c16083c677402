package inkling.core.experiment;

import inkling.core.nn.FeedForwardSpec;
import inkling.core.nn.ModelConfig;
import inkling.core.nn.NormPlacement;
import inkling.core.nn.NormSpec;
import inkling.core.nn.PositionSpec;
import java.util.Arrays;
import java.util.stream.Collectors;

/// An architecture that differs from a given one in a single part, so that what the part does can be seen.
public enum ModelVariant {
    /// The given architecture.
    BASELINE,
    /// RMSNorm after each sum instead of before each part: `norm(x + f(x))`.
    POST_NORM,
    /// No normalisation anywhere.
    NO_NORM,
    /// No position embedding: order is known from the causal mask alone.
    NOPE,
    /// A feed-forward network without a gate, half as wide again, so that two matrices hold what three did.
    SILU,
    /// The output head shares the embedding table.
    TIED;

    /// The name on the command line: `no-norm`.
    public String label() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    /// The variant with this label.
    ///
    /// @throws IllegalArgumentException if there is none
    public static ModelVariant named(String label) {
        return Arrays.stream(values())
                .filter(variant -> variant.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("model variant '" + label + "' is none of "
                        + Arrays.stream(values()).map(ModelVariant::label).collect(Collectors.joining(", "))));
    }

    /// This variant of an architecture.
    public ModelConfig of(ModelConfig base) {
        return switch (this) {
            case BASELINE -> base;
            case POST_NORM -> changed(base, base.norm(), NormPlacement.POST, base.position());
            case NO_NORM -> changed(base, new NormSpec.None(), base.placement(), base.position());
            case NOPE -> changed(base, base.norm(), base.placement(), new PositionSpec.None());
            case SILU -> changed(base, withoutGate(base.feedForward()), base.tiedHead());
            case TIED -> changed(base, base.feedForward(), true);
        };
    }

    /// The same architecture for sequences of another length.
    public static ModelConfig withContext(ModelConfig base, int contextLength) {
        return new ModelConfig(
                base.vocabularySize(),
                contextLength,
                base.dModel(),
                base.numLayers(),
                base.numHeads(),
                base.numKeyValueHeads(),
                base.norm(),
                base.placement(),
                base.position(),
                base.feedForward(),
                base.tiedHead());
    }

    /// The same architecture with another feed-forward network.
    public static ModelConfig withFeedForward(ModelConfig base, FeedForwardSpec feedForward) {
        return changed(base, feedForward, base.tiedHead());
    }

    private static FeedForwardSpec withoutGate(FeedForwardSpec given) {
        return switch (given) {
            case FeedForwardSpec.SwiGlu(int width) -> new FeedForwardSpec.Silu(width * 3 / 2);
            case FeedForwardSpec.Silu silu -> silu;
        };
    }

    private static ModelConfig changed(ModelConfig base, NormSpec norm, NormPlacement place, PositionSpec position) {
        return new ModelConfig(
                base.vocabularySize(),
                base.contextLength(),
                base.dModel(),
                base.numLayers(),
                base.numHeads(),
                base.numKeyValueHeads(),
                norm,
                place,
                position,
                base.feedForward(),
                base.tiedHead());
    }

    private static ModelConfig changed(ModelConfig base, FeedForwardSpec feedForward, boolean tied) {
        return new ModelConfig(
                base.vocabularySize(),
                base.contextLength(),
                base.dModel(),
                base.numLayers(),
                base.numHeads(),
                base.numKeyValueHeads(),
                base.norm(),
                base.placement(),
                base.position(),
                feedForward,
                tied);
    }
}
