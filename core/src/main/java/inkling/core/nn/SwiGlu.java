package inkling.core.nn;

import inkling.core.ops.GatedSilu;
import inkling.core.ops.Tape;
import inkling.core.ops.Variable;
import inkling.core.tensor.Parameters;
import java.util.List;

/// Gated feed-forward network: `f(x) = (silu(x·W1ᵀ) ∘ x·W3ᵀ)·W2ᵀ`.
///
/// `x (N, D)`; `W1`, `W3 (F, D)` are one stacked matrix; `W2 (D, F)`.
///
/// @see GatedSilu the gate and its derivative
/// @see <a href="https://arxiv.org/abs/2002.05202">Shazeer, 2020</a>
public final class SwiGlu implements ResidualLayer {
    private final Linear gateAndUp;
    private final Linear down;

    /// Declares the weights of layer number `layer` of a model.
    public SwiGlu(int layer, int dModel, int width, Parameters.Declarations declarations) {
        String name = "layers." + layer + ".ffn.";
        gateAndUp = Linear.stacked(
                List.of(name + "w1.weight", name + "w3.weight"), dModel, List.of(width, width), declarations);
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
        return GatedSilu.apply(tape, gateAndUp.forward(tape, x, tokens));
    }
}
