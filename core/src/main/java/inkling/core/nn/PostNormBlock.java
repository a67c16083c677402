package inkling.core.nn;

import inkling.core.ops.Tape;
import inkling.core.ops.Variable;

/// Transformer block, post-norm: `y = norm₁(x + attention(x))`, `z = norm₂(y + feedForward(y))`, the order of
/// the original Transformer.
public final class PostNormBlock implements Layer {
    private final Layer norm1;
    private final ResidualLayer attention;
    private final Layer norm2;
    private final ResidualLayer feedForward;

    /// Makes a block of finished parts.
    public PostNormBlock(Layer norm1, ResidualLayer attention, Layer norm2, ResidualLayer feedForward) {
        this.norm1 = norm1;
        this.attention = attention;
        this.norm2 = norm2;
        this.feedForward = feedForward;
    }

    @Override
    public Variable forward(Tape tape, Variable x, Tokens tokens) {
        Variable y = norm1.forward(tape, attention.addTo(tape, x, x, tokens), tokens);
        return norm2.forward(tape, feedForward.addTo(tape, y, y, tokens), tokens);
    }
}
