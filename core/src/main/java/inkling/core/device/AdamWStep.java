package inkling.core.device;

/// The numbers of one AdamW step, the same for all parameters of a group.
///
/// With gradient `g` already multiplied by `gradientScale`, step `t` counted from 1, learning rate `lr`:
///
/// ```
/// DECAY_FIRST    θ ← θ·(1 − lr·λ);  m, v updated;  θ ← θ − lr·√(1−β₂ᵗ)/(1−β₁ᵗ) · m/(√v + ε)
/// DECAY_LAST     m, v updated;  θ ← θ − lr·√(1−β₂ᵗ)/(1−β₁ᵗ) · m/(√v + ε);  θ ← θ·(1 − lr·λ)
/// PYTORCH        θ ← θ·(1 − lr·λ);  m, v updated;  θ ← θ − lr/(1−β₁ᵗ) · m/(√v/√(1−β₂ᵗ) + ε)
/// ```
///
/// @param learningRate `lr` of this step
/// @param beta1 decay of the first moment
/// @param beta2 decay of the second moment
/// @param epsilon `ε`
/// @param weightDecay `λ`
/// @param gradientScale factor on every gradient (gradient clipping; 1 for none)
/// @param step `t`, counted from 1
/// @param order which of the three published orders
public record AdamWStep(
        float learningRate,
        float beta1,
        float beta2,
        float epsilon,
        float weightDecay,
        float gradientScale,
        long step,
        Order order) {
    /// The three published orders of decay and update.
    public enum Order {
        /// Decay before the update, `ε` added to the uncorrected root (CS336 handout 26).
        DECAY_FIRST,
        /// Decay after the update (CS336 handout 1.0).
        DECAY_LAST,
        /// Decay first, `ε` added to the bias-corrected root (PyTorch).
        PYTORCH
    }
}
