package inkling.tokenizer;

import java.nio.file.Path;

/// Where a training keeps what it has counted of a very large corpus, so that a later one can go on there.
///
/// The file is written whenever that much more text was counted, and when all of it was; each time it is
/// replaced in one step. It stays when the training is done: whoever has saved the tokenizer deletes it.
///
/// @param file where the counts are kept
/// @param everyBytes how many bytes of text are counted before they are kept again
/// @param resume whether to go on from counts that an earlier training of the same files kept there
public record KeptCounts(Path file, long everyBytes, boolean resume) {
    /// Checks the distance.
    public KeptCounts {
        if (everyBytes < 1) {
            throw new IllegalArgumentException("expected to keep counts after some bytes, found " + everyBytes);
        }
    }
}
