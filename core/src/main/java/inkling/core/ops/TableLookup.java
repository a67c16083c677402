package inkling.core.ops;

import inkling.core.tensor.Ids;
import inkling.core.tensor.Parameter;

/// Embedding: row `ids[i]` of a table becomes row `i` of the output, `y_i = E[ids_i]`.
///
/// `E (V, D)`, `y (N, D)`.
///
/// Backward: every row of `E` receives the gradients of all places it was looked up for, `dE[ids_i] += dy_i`.
public final class TableLookup {
    private TableLookup() {}

    /// Looks up rows of the table; every id must be one of its rows.
    public static Variable apply(Tape tape, Ids ids, Parameter table) {
        Variable y = tape.output(ids.size(), table.columns());
        if (table.isPacked()) {
            tape.kernels().embedPacked(y.value(), table.packed(), ids);
        } else {
            tape.kernels().embed(y.value(), table.value(), ids);
        }
        tape.record(
                y,
                () -> tape.kernels()
                        .embedBackward(ParameterGradient.addable(tape.kernels(), table), y.gradient(), ids));
        return y;
    }
}
