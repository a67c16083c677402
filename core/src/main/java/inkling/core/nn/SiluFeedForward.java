package inkling.core.nn;

import inkling.core.ops.Silu;
import inkling.core.ops.Tape;
import inkling.core.ops.Variable;
import inkling.core.tensor.Parameters;

/// Feed-forward network without a gate: `f(x) = silu(x·W1ᵀ)·W2ᵀ`, `x (N, D)`, `W1 (F, D)`, `W2 (D, F)`.
public final class SiluFeedForward implements ResidualLayer {
    private final Linear up;
    private final Linear down;

    /// Declares the weights of layer number `layer` of a model.
    public SiluFeedForward(int layer, int dModel, int width, Parameters.Declarations declarations) {
        String name = "layers." + layer + ".ffn.";
        up = new Linear(name + "w1.weight", dModel, width, declarations);
        down = new Linear(name + "w2.weight", width, dModel, declarations);
    }

    @Override
    public Variable forward(Tape tape, Variable x, Tokens tokens) {
        return down.forward(tape, hidden(tape, x, tokens), tokens);
    }

    @Override
    public Variable addTo(Tape tape, Variable residual, Variable x, Tokens tokens) {
        return down.addTo(tape, residual, hidden(tape, x, tokens), tokens);
    }

    private Variable hidden(Tape tape, Variable x, Tokens tokens) {
        return Silu.apply(tape, up.forward(tape, x, tokens));
    }
}
