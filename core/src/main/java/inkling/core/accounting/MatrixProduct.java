package inkling.core.accounting;

import static inkling.core.accounting.Expression.times;

import java.math.BigInteger;
import java.util.Locale;
import java.util.Map;

/// A matrix product of the forward pass of one sequence: `(m × k)·(k × n)`, so many times.
///
/// @param name what it computes
/// @param part the part of the model its FLOPs are added to
/// @param count how often it runs
/// @param m rows of the result
/// @param k length of each dot product
/// @param n columns of the result
/// @param flops `2·count·m·k·n`
public record MatrixProduct(
        String name, Part part, Expression count, Expression m, Expression k, Expression n, Figure flops) {
    /// Parts of a model by which FLOPs are told apart.
    public enum Part {
        /// Q, K and V.
        QKV("qkv_projections", "Q, K, V projections"),
        /// `Q·Kᵀ`, all heads.
        SCORES("attention_scores", "attention scores"),
        /// `P·V`, all heads.
        VALUES("weighted_values", "weighted values"),
        /// The projection after attention.
        OUTPUT("output_projection", "output projection"),
        /// All matrices of the feed-forward network.
        FEED_FORWARD("ffn", "feed-forward"),
        /// The output head.
        HEAD("lm_head", "output head");

        private final String key;
        private final String title;

        Part(String key, String title) {
            this.key = key;
            this.title = title;
        }

        /// Name in JSON and CSV.
        public String key() {
            return key;
        }

        /// Name in tables.
        public String title() {
            return title;
        }
    }

    static MatrixProduct of(String name, Part part, Expression count, Expression[] mkn, Map<Symbol, Long> sizes) {
        Expression flops = times(2, count, mkn[0], mkn[1], mkn[2]);
        return new MatrixProduct(name, part, count, mkn[0], mkn[1], mkn[2], Figure.of(part.key(), name, flops, sizes));
    }

    /// The shapes with numbers in: `(1,024 × 1,600)·(1,600 × 1,600)`.
    public String shapes() {
        return String.format(Locale.ROOT, "(%,d × %,d)·(%,d × %,d)", number(m), number(k), number(k), number(n));
    }

    /// The shapes in symbols: `(T × D)·(D × D)`.
    public String symbolicShapes() {
        return "(" + m.symbols() + " × " + k.symbols() + ")·(" + k.symbols() + " × " + n.symbols() + ")";
    }

    /// How often it runs.
    public long repetitions() {
        return number(count).longValueExact();
    }

    private BigInteger number(Expression size) {
        return size.value(flops.sizes());
    }
}
