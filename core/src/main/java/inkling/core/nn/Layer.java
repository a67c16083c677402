package inkling.core.nn;

import inkling.core.ops.Tape;
import inkling.core.ops.Variable;

/// A part of a model that maps activations to activations, row by row or along each sequence.
public interface Layer {
    /// Computes the layer's output.
    ///
    /// @param tape where the operations run and are recorded
    /// @param x activations, one row for each token
    /// @param tokens which tokens the rows are
    Variable forward(Tape tape, Variable x, Tokens tokens);
}
