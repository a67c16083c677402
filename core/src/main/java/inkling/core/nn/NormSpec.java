package inkling.core.nn;

/// Which normalisation a model uses.
public sealed interface NormSpec {
    /// RMSNorm.
    ///
    /// @param epsilon added to the mean square before the root
    record Rms(float epsilon) implements NormSpec {}

    /// No normalisation at all (an ablation).
    record None() implements NormSpec {}
}
