package inkling.core.nn;

import inkling.core.tensor.Initializer;
import inkling.core.tensor.Parameters;
import org.jspecify.annotations.Nullable;

/// Builds the layers that a configuration names; the only place that looks at variants.
final class LayerFactory {
    private final ModelConfig config;
    private final Parameters.Declarations declarations;
    private final @Nullable RotaryEmbedding rotary;

    LayerFactory(ModelConfig config, Parameters.Declarations declarations) {
        this.config = config;
        this.declarations = declarations;
        this.rotary = switch (config.position()) {
            case PositionSpec.Rope(float theta) ->
                new RotaryEmbedding(theta, config.headWidth(), config.contextLength());
            case PositionSpec.None() -> null;
        };
    }

    /// A tied table is also the output head, so it starts as small as a head: unit variance would give logits
    /// with a standard deviation of √D.
    Embedding embedding() {
        double deviation = config.tiedHead() ? 1 / Math.sqrt(config.dModel()) : 1;
        var initializer = new Initializer.TruncatedNormal(deviation, 3);
        return new Embedding(
                "token_embeddings.weight", config.vocabularySize(), config.dModel(), initializer, declarations);
    }

    Layer block(int layer) {
        ResidualLayer attention = new CausalSelfAttention(layer, config, rotary, declarations);
        Layer norm1 = norm("layers." + layer + ".ln1.weight");
        ResidualLayer feedForward = feedForward(layer);
        Layer norm2 = norm("layers." + layer + ".ln2.weight");
        return switch (config.placement()) {
            case PRE -> new PreNormBlock(norm1, attention, norm2, feedForward);
            case POST -> new PostNormBlock(norm1, attention, norm2, feedForward);
        };
    }

    /// The norm after the last block: a post-norm block has normalised its output already.
    Layer finalNorm() {
        return switch (config.placement()) {
            case PRE -> norm("ln_final.weight");
            case POST -> new Identity();
        };
    }

    private Layer norm(String name) {
        return switch (config.norm()) {
            case NormSpec.Rms(float epsilon) -> new RmsNorm(name, config.dModel(), epsilon, declarations);
            case NormSpec.None() -> new Identity();
        };
    }

    private ResidualLayer feedForward(int layer) {
        return switch (config.feedForward()) {
            case FeedForwardSpec.SwiGlu(int width) -> new SwiGlu(layer, config.dModel(), width, declarations);
            case FeedForwardSpec.Silu(int width) -> new SiluFeedForward(layer, config.dModel(), width, declarations);
        };
    }
}
