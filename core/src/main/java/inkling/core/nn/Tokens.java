package inkling.core.nn;

import inkling.core.device.AttentionShape;
import inkling.core.device.HeadLayout;
import inkling.core.ops.Tape;
import inkling.core.tensor.Ids;

/// Which tokens the rows of an activation are, and what they can attend to.
public sealed interface Tokens {
    /// The position of every row in its sequence.
    Ids positions();

    /// Whole sequences, one after the other; each token attends to those before it in its own sequence.
    ///
    /// @param batch `B`, sequences
    /// @param time `T`, tokens of each
    /// @param positions `0 … T−1`, `B` times
    record Sequences(int batch, int time, Ids positions) implements Tokens {
        /// Sequences that start at position 0.
        public static Sequences of(Tape tape, int batch, int time) {
            return new Sequences(batch, time, tape.positions(batch, time));
        }

        AttentionShape attentionShape(HeadLayout heads) {
            return new AttentionShape(batch, time, heads);
        }
    }

    /// The next tokens of one sequence, which also attend to all tokens in a cache.
    ///
    /// @param cache keys and values of the tokens before
    /// @param positions the positions that follow those in the cache
    record Continuation(KeyValueCache cache, Ids positions) implements Tokens {}
}
