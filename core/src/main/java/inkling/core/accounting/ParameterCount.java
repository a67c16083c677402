package inkling.core.accounting;

import static inkling.core.accounting.Expression.constant;
import static inkling.core.accounting.Expression.product;
import static inkling.core.accounting.Expression.square;
import static inkling.core.accounting.Expression.sum;
import static inkling.core.accounting.Expression.times;

import inkling.core.nn.ModelConfig;
import java.util.List;
import java.util.Map;

/// Learned elements of a model, by part.
///
/// `P = 2·V·D + L·(4·D² + n·D·F + 2·D) + D`, with `n = 3` for SwiGLU and 2 without gate; `V·D` instead of `2·V·D` with
/// a tied head; `2·D² + 2·D·G·K` instead of `4·D²` with grouped key and value heads.
///
/// @param attentionPerLayer the four projections of one layer
/// @param feedForwardPerLayer the matrices of one feed-forward network
/// @param normsPerLayer gains of one layer
/// @param tokenEmbedding the embedding table
/// @param layers all layers together
/// @param finalNorm the gain after the last layer
/// @param head the output head; 0 where it shares the embedding
/// @param total all of them
/// @param nonEmbedding all but the embedding table
public record ParameterCount(
        Figure attentionPerLayer,
        Figure feedForwardPerLayer,
        Figure normsPerLayer,
        Figure tokenEmbedding,
        Figure layers,
        Figure finalNorm,
        Figure head,
        Figure total,
        Figure nonEmbedding) {

    /// The count for a configuration.
    public static ParameterCount of(ModelConfig config) {
        Map<Symbol, Long> sizes = Sizes.of(config, config.contextLength());
        Expression table = product(Symbol.V, Symbol.D);
        Expression attention = Sizes.isGrouped(config)
                ? sum(times(2, square(Symbol.D)), times(2, Symbol.D, Symbol.G, Symbol.K))
                : times(4, square(Symbol.D));
        Expression feedForward = times(Sizes.feedForwardMatrices(config), Symbol.D, Symbol.F);
        Expression norms = times(Sizes.normsPerLayer(config), Symbol.D);
        Expression layers = product(Symbol.L, sum(attention, feedForward, norms));
        Expression finalNorm = times(Sizes.finalNorms(config), Symbol.D);
        Expression head = config.tiedHead() ? constant(0) : table;
        Expression tables = config.tiedHead() ? table : times(2, Symbol.V, Symbol.D);
        return new ParameterCount(
                Figure.of("attention", "attention, one layer", attention, sizes),
                Figure.of("ffn", "feed-forward, one layer", feedForward, sizes),
                Figure.of("norms", "norms, one layer", norms, sizes),
                Figure.of("token_embedding", "token embedding", table, sizes),
                Figure.of("layers", "all layers", layers, sizes),
                Figure.of("final_norm", "final norm", finalNorm, sizes),
                Figure.of("lm_head", config.tiedHead() ? "output head (tied)" : "output head", head, sizes),
                Figure.of("total", "parameters", sum(tables, layers, finalNorm), sizes),
                Figure.of("non_embedding", "without the embedding", sum(head, layers, finalNorm), sizes));
    }

    /// The parts that add up to the total.
    public List<Figure> parts() {
        return List.of(tokenEmbedding, layers, finalNorm, head);
    }

    /// The parts of one layer.
    public List<Figure> layerParts() {
        return List.of(attentionPerLayer, feedForwardPerLayer, normsPerLayer);
    }

    /// Number of layers, from the formula's own sizes.
    public long numLayers() {
        Long count = total.sizes().get(Symbol.L);
        return count == null ? 0 : count;
    }
}
