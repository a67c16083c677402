package inkling.core.optim;

import inkling.core.device.AdamWStep;

/// Which optimizer a run uses.
public sealed interface OptimizerSpec {
    /// Adam with decoupled weight decay.
    ///
    /// @param beta1 decay of the first moment
    /// @param beta2 decay of the second moment
    /// @param epsilon `ε`
    /// @param weightDecay `λ`
    /// @param decayGains whether weight decay also applies to the gains of norms, as in the handout's plain AdamW
    /// @param order which of the three published orders
    record AdamW(
            double beta1, double beta2, double epsilon, double weightDecay, boolean decayGains, AdamWStep.Order order)
            implements OptimizerSpec {
        /// Checks the ranges.
        public AdamW {
            if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1)) {
                throw new IllegalArgumentException(
                        "AdamW: betas are " + beta1 + " and " + beta2 + ", expected 0 ≤ β < 1");
            }
            if (!(epsilon > 0 && weightDecay >= 0)) {
                throw new IllegalArgumentException("AdamW: epsilon is " + epsilon + " and weight decay " + weightDecay
                        + ", expected ε > 0 and λ ≥ 0");
            }
        }

        /// `β = (0.9, 0.95)`, `ε = 1e-8`, `λ = 0.1`, gains not decayed, decay first.
        public static AdamW standard() {
            return new AdamW(0.9, 0.95, 1e-8, 0.1, false, AdamWStep.Order.DECAY_FIRST);
        }
    }

    /// Plain gradient descent.
    ///
    /// @param decayed whether step `t`, counted from 0, divides the learning rate by `√(t + 1)`, as in the handout
    record Sgd(boolean decayed) implements OptimizerSpec {}
}
