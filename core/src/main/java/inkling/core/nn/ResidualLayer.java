package inkling.core.nn;

import inkling.core.ops.Tape;
import inkling.core.ops.Variable;

/// A layer `f` whose last step is a linear map, so that a residual connection around it costs no extra pass:
/// the sum is part of the matrix product.
public interface ResidualLayer extends Layer {
    /// Computes `residual + f(x)`.
    Variable addTo(Tape tape, Variable residual, Variable x, Tokens tokens);
}
