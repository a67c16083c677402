package inkling.core.nn;

/// How a model knows the order of tokens.
public sealed interface PositionSpec {
    /// Rotary position embedding.
    ///
    /// @param theta `θ`, the base of the wavelengths
    record Rope(float theta) implements PositionSpec {}

    /// Nothing but the causal mask (NoPE, an ablation).
    record None() implements PositionSpec {}
}
