package inkling.core.accounting;

import static inkling.core.accounting.Expression.constant;
import static inkling.core.accounting.Expression.product;
import static inkling.core.accounting.Expression.square;
import static inkling.core.accounting.Expression.sum;
import static inkling.core.accounting.Expression.times;

import inkling.core.accounting.MatrixProduct.Part;
import inkling.core.nn.FeedForwardSpec;
import inkling.core.nn.ModelConfig;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// The matrix products of one forward pass over one sequence, and their FLOPs by part.
///
/// `6·L·T·D² + 2·L·T²·D + 2·L·T²·D + 2·L·T·D² + 2·n·L·T·D·F + 2·T·D·V`, with `n = 3` for SwiGLU and 2 without gate.
/// Scores and weighted values are those of **all** heads: `H·(2·T²·K) = 2·T²·D` in every layer.
///
/// @param list every product
/// @param byPart FLOPs of each part, in the order of [Part]
/// @param total FLOPs of all
public record Products(List<MatrixProduct> list, List<Figure> byPart, Figure total) {
    /// The products for sequences of `tokens` tokens.
    public static Products of(ModelConfig config, int tokens) {
        Map<Symbol, Long> sizes = Sizes.of(config, tokens);
        Map<Part, Expression> formulas = formulas(config);
        List<Figure> byPart = new ArrayList<>();
        formulas.forEach((part, formula) -> byPart.add(Figure.of(part.key(), part.title(), formula, sizes)));
        Expression total = sum(List.copyOf(formulas.values()));
        return new Products(
                list(config, sizes),
                List.copyOf(byPart),
                Figure.of("total", "forward FLOPs, one sequence", total, sizes));
    }

    /// FLOPs of one part.
    public long flops(Part part) {
        for (Figure figure : byPart) {
            if (figure.key().equals(part.key())) {
                return figure.value();
            }
        }
        throw new IllegalStateException("products: no figure for " + part.key());
    }

    /// The share of one part in the total, between 0 and 1.
    public double share(Part part) {
        return (double) flops(part) / total.value();
    }

    private static Map<Part, Expression> formulas(ModelConfig config) {
        Expression square = square(Symbol.D);
        Map<Part, Expression> formulas = new EnumMap<>(Part.class);
        formulas.put(
                Part.QKV,
                Sizes.isGrouped(config)
                        ? times(2, Symbol.L, Symbol.T, Symbol.D, sum(Symbol.D, times(2, Symbol.G, Symbol.K)))
                        : times(6, Symbol.L, Symbol.T, square));
        formulas.put(Part.SCORES, times(2, Symbol.L, square(Symbol.T), Symbol.D));
        formulas.put(Part.VALUES, times(2, Symbol.L, square(Symbol.T), Symbol.D));
        formulas.put(Part.OUTPUT, times(2, Symbol.L, Symbol.T, square));
        formulas.put(
                Part.FEED_FORWARD,
                times(2L * Sizes.feedForwardMatrices(config), Symbol.L, Symbol.T, Symbol.D, Symbol.F));
        formulas.put(Part.HEAD, times(2, Symbol.T, Symbol.D, Symbol.V));
        return formulas;
    }

    private static List<MatrixProduct> list(ModelConfig config, Map<Symbol, Long> sizes) {
        Expression layers = Symbol.L;
        Expression heads = product(Symbol.L, Symbol.H);
        Expression keys = Sizes.isGrouped(config) ? product(Symbol.G, Symbol.K) : Symbol.D;
        List<MatrixProduct> list = new ArrayList<>();
        list.add(MatrixProduct.of("Q = x·Wqᵀ", Part.QKV, layers, mkn(Symbol.T, Symbol.D, Symbol.D), sizes));
        list.add(MatrixProduct.of("K = x·Wkᵀ", Part.QKV, layers, mkn(Symbol.T, Symbol.D, keys), sizes));
        list.add(MatrixProduct.of("V = x·Wvᵀ", Part.QKV, layers, mkn(Symbol.T, Symbol.D, keys), sizes));
        list.add(MatrixProduct.of("S = Q·Kᵀ, each head", Part.SCORES, heads, mkn(Symbol.T, Symbol.K, Symbol.T), sizes));
        list.add(MatrixProduct.of(
                "softmax(S)·V, each head", Part.VALUES, heads, mkn(Symbol.T, Symbol.T, Symbol.K), sizes));
        list.add(MatrixProduct.of("heads·Woᵀ", Part.OUTPUT, layers, mkn(Symbol.T, Symbol.D, Symbol.D), sizes));
        list.add(MatrixProduct.of("W1·x", Part.FEED_FORWARD, layers, mkn(Symbol.T, Symbol.D, Symbol.F), sizes));
        if (config.feedForward() instanceof FeedForwardSpec.SwiGlu) {
            list.add(MatrixProduct.of("W3·x", Part.FEED_FORWARD, layers, mkn(Symbol.T, Symbol.D, Symbol.F), sizes));
        }
        list.add(MatrixProduct.of("W2·h", Part.FEED_FORWARD, layers, mkn(Symbol.T, Symbol.F, Symbol.D), sizes));
        list.add(MatrixProduct.of("logits", Part.HEAD, constant(1), mkn(Symbol.T, Symbol.D, Symbol.V), sizes));
        return List.copyOf(list);
    }

    private static Expression[] mkn(Expression m, Expression k, Expression n) {
        return new Expression[] {m, k, n};
    }
}
