package inkling.core.nn;

import inkling.core.ops.TableLookup;
import inkling.core.ops.Tape;
import inkling.core.ops.Variable;
import inkling.core.tensor.Ids;
import inkling.core.tensor.Initializer;
import inkling.core.tensor.Parameter;
import inkling.core.tensor.Parameters;

/// A learned vector for every token of the vocabulary: `y_i = E[id_i]`, `E (V, D)`.
public final class Embedding {
    private final Parameter table;

    /// Declares the table.
    public Embedding(
            String name, int vocabularySize, int width, Initializer initializer, Parameters.Declarations declarations) {
        table = declarations.matrix(name, initializer, vocabularySize, width);
    }

    /// The vectors of these tokens, `(N, D)`.
    public Variable forward(Tape tape, Ids ids) {
        return TableLookup.apply(tape, ids, table);
    }

    /// The table, `(V, D)`; a tied output head uses it as its weight.
    Parameter table() {
        return table;
    }
}
