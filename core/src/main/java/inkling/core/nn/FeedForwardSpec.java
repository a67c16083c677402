package inkling.core.nn;

/// Which position-wise feed-forward network a block has.
public sealed interface FeedForwardSpec {
    /// Width of the hidden layer, `F`.
    int width();

    /// `W2(silu(W1·x) ∘ W3·x)`.
    ///
    /// @param width `F`
    record SwiGlu(int width) implements FeedForwardSpec {}

    /// `W2·silu(W1·x)` (an ablation; `F = 4D` gives it about the parameters of SwiGLU with `F = 8D/3`).
    ///
    /// @param width `F`
    record Silu(int width) implements FeedForwardSpec {}
}
