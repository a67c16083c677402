package inkling.core.nn;

import inkling.core.ops.Tape;
import inkling.core.ops.Variable;

/// Transformer block, pre-norm: `y = x + attention(norm₁(x))`, `z = y + feedForward(norm₂(y))`: the residual
/// stream itself is never normalised.
public final class PreNormBlock implements Layer {
    private final Layer norm1;
    private final ResidualLayer attention;
    private final Layer norm2;
    private final ResidualLayer feedForward;

    /// Makes a block of finished parts.
    public PreNormBlock(Layer norm1, ResidualLayer attention, Layer norm2, ResidualLayer feedForward) {
        this.norm1 = norm1;
        this.attention = attention;
        this.norm2 = norm2;
        this.feedForward = feedForward;
    }

    @Override
    public Variable forward(Tape tape, Variable x, Tokens tokens) {
        Variable y = attention.addTo(tape, x, norm1.forward(tape, x, tokens), tokens);
        return feedForward.addTo(tape, y, norm2.forward(tape, y, tokens), tokens);
    }
}
