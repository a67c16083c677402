package inkling.core.device;

/// Sizes of a causal self-attention over whole sequences.
///
/// @param batch `B`, sequences
/// @param time `T`, tokens of each
/// @param heads division of a row into heads
public record AttentionShape(int batch, int time, HeadLayout heads) {
    /// `N = B·T`.
    public int rows() {
        return batch * time;
    }
}
