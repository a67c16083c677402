package inkling.core.data;

import inkling.core.tensor.Ids;

/// Where training batches come from.
public interface BatchSource {
    /// Fills the next batch: `inputs[b·T + t]` is followed by `targets[b·T + t]` in the text.
    ///
    /// @param inputs `(B·T)` token ids, written
    /// @param targets `(B·T)` token ids, written: the inputs' successors
    void next(Ids inputs, Ids targets);

    /// The random state from which the next batch will be drawn.
    long state();

    /// Goes on from a state of [#state()].
    void restore(long state);
}
