package inkling.tokenizer;

/// Hears how far a training or a file encoding has come.
///
/// Called a few times a second at most, never by two threads at once, and once with `done == total` at the end
/// of each phase.
@FunctionalInterface
public interface ProgressListener {
    /// Ignores everything.
    ProgressListener NONE = (_, _, _) -> {};

    /// Reports progress within a phase, in the phase's unit.
    void progress(Phase phase, long done, long total);

    /// What is going on, and in which unit it is counted.
    enum Phase {
        /// Counting the distinct pieces of the corpus, in bytes of input.
        COUNT("bytes"),
        /// Indexing the neighbouring pairs of the distinct pieces, in pieces.
        INDEX("pieces"),
        /// Merging the most frequent pairs, in merges.
        MERGE("merges"),
        /// Encoding files, in bytes of input.
        ENCODE("bytes");

        private final String unit;

        Phase(String unit) {
            this.unit = unit;
        }

        /// The unit that `done` and `total` are counted in.
        public String unit() {
            return unit;
        }
    }
}
