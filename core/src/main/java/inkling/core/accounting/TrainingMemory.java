package inkling.core.accounting;

import static inkling.core.accounting.Expression.product;
import static inkling.core.accounting.Expression.square;
import static inkling.core.accounting.Expression.sum;
import static inkling.core.accounting.Expression.times;

import inkling.core.nn.FeedForwardSpec;
import inkling.core.nn.ModelConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Bytes of training with AdamW in 32-bit floats, as `a·B + b`: the count a paper would print, in which every
/// operation's result is kept.
///
/// `b = 16·P` (parameters 4, gradients 4, two moments 8). `a` is four bytes for each activation of one sequence:
/// `L·(8·T·D + m·T·F + 2·H·T²) + T·D + 2·T·V`, with `m = 4` for SwiGLU (W1, SiLU, W3, their product) and 2 without
/// gate. A program with fused kernels keeps less.
///
/// @param parameters bytes of the parameters
/// @param gradients bytes of the gradients
/// @param moments bytes of both moments
/// @param fixed `b`, all three
/// @param activations bytes of one sequence's activations by component
/// @param perSequence `a`, their sum
public record TrainingMemory(
        Figure parameters,
        Figure gradients,
        Figure moments,
        Figure fixed,
        List<Figure> activations,
        Figure perSequence) {

    /// The memory for sequences of `tokens` tokens.
    public static TrainingMemory of(ModelConfig config, int tokens) {
        Map<Symbol, Long> sizes = Sizes.of(config, tokens);
        long count = ParameterCount.of(config).total().value();
        Map<Symbol, Long> withCount = Sizes.with(sizes, Symbol.P, count);
        List<Figure> activations = new ArrayList<>();
        components(config).forEach(part -> activations.add(Figure.of(part.key, part.title, part.bytes, sizes)));
        return new TrainingMemory(
                Figure.of("parameters_bytes", "parameters", times(4, Symbol.P), withCount),
                Figure.of("gradients_bytes", "gradients", times(4, Symbol.P), withCount),
                Figure.of("optimizer_bytes", "AdamW's two moments", times(8, Symbol.P), withCount),
                Figure.of("fixed_bytes", "b: without activations", times(16, Symbol.P), withCount),
                List.copyOf(activations),
                Figure.of(
                        "activation_bytes_per_sequence",
                        "a: activations of one sequence",
                        times(4, elements(config)),
                        sizes));
    }

    /// Bytes with a batch of so many sequences.
    public long bytes(long batch) {
        return Math.addExact(fixed.value(), Math.multiplyExact(perSequence.value(), batch));
    }

    /// The largest batch that fits into so many bytes; 0 where not even one sequence does.
    public long largestBatch(long memoryBytes) {
        return Math.max(0, (memoryBytes - fixed.value()) / perSequence.value());
    }

    private record Component(String key, String title, Expression bytes) {
        static Component of(String key, String title, Expression... factors) {
            return new Component(key, title, times(4, factors));
        }
    }

    private static Expression elements(ModelConfig config) {
        Expression model = product(Symbol.T, Symbol.D);
        Expression hidden = product(Symbol.T, Symbol.F);
        int norms = Sizes.normsPerLayer(config);
        Expression wide = Sizes.isGrouped(config)
                ? sum(times(4L + norms, Symbol.T, Symbol.D), times(2, Symbol.T, Symbol.G, Symbol.K))
                : times(6L + norms, Symbol.T, Symbol.D);
        Expression gated = times(config.feedForward() instanceof FeedForwardSpec.SwiGlu ? 4 : 2, hidden);
        Expression squares = times(2, Symbol.H, square(Symbol.T));
        return sum(
                product(Symbol.L, sum(wide, gated, squares)),
                times(Sizes.finalNorms(config), model),
                times(2, Symbol.T, Symbol.V));
    }

    private static List<Component> components(ModelConfig config) {
        Expression layer = product(Symbol.L, Symbol.T, Symbol.D);
        Expression hidden = product(Symbol.L, Symbol.T, Symbol.F);
        Expression square = product(Symbol.L, Symbol.H, square(Symbol.T));
        Expression keyValue = Sizes.isGrouped(config)
                ? product(Symbol.L, Symbol.T, sum(Symbol.D, times(2, Symbol.G, Symbol.K)))
                : times(3, layer);
        List<Component> parts = new ArrayList<>();
        if (Sizes.normsPerLayer(config) > 0) {
            parts.add(Component.of("norms", "RMSNorm outputs", times(2, layer)));
        }
        parts.add(Component.of("qkv", "Q, K and V", keyValue));
        parts.add(Component.of("scores", "scores Q·Kᵀ", square));
        parts.add(Component.of("softmax", "softmax of the scores", square));
        parts.add(Component.of("weighted_values", "weighted values", layer));
        parts.add(Component.of("output_projection", "output projection", layer));
        parts.add(Component.of("w1", "W1·x", hidden));
        parts.add(Component.of("silu", "SiLU(W1·x)", hidden));
        if (config.feedForward() instanceof FeedForwardSpec.SwiGlu) {
            parts.add(Component.of("w3", "W3·x", hidden));
            parts.add(Component.of("gate", "SiLU(W1·x)∘W3·x", hidden));
        }
        parts.add(Component.of("w2", "W2·h", layer));
        if (Sizes.finalNorms(config) > 0) {
            parts.add(Component.of("final_norm", "final RMSNorm", product(Symbol.T, Symbol.D)));
        }
        parts.add(Component.of("logits", "logits", product(Symbol.T, Symbol.V)));
        parts.add(Component.of("cross_entropy", "cross-entropy (softmax of the logits)", product(Symbol.T, Symbol.V)));
        return parts;
    }
}
