package inkling.core.optim;

import inkling.core.device.Kernels;
import inkling.core.tensor.Parameters;

/// Shortens a gradient that is too long and keeps its direction: `g ← g · max/(‖g‖ + 10⁻⁶)` where `‖g‖ ≥ max`.
///
/// The gradient itself is not touched: the factor goes into the optimizer's pass over it.
///
/// @param maxNorm longest gradient that is left alone; infinity never clips
/// @see <a href="https://arxiv.org/abs/1211.5063">Pascanu, Mikolov and Bengio, 2013</a>
public record GradientClipping(double maxNorm) {
    private static final double EPSILON = 1e-6;

    /// Checks the bound.
    public GradientClipping {
        if (!(maxNorm > 0)) {
            throw new IllegalArgumentException("gradient clipping: max norm is " + maxNorm + ", expected more than 0");
        }
    }

    /// `‖g‖`, the Euclidean norm over the gradients of all parameters together.
    public static double norm(Kernels kernels, Parameters parameters) {
        return Math.sqrt(kernels.sumOfSquares(parameters.gradients()));
    }

    /// The factor for gradients of this norm: 1 where the norm is below the bound.
    public double scale(double norm) {
        return norm >= maxNorm ? maxNorm / (norm + EPSILON) : 1;
    }
}
