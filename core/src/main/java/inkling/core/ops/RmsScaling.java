package inkling.core.ops;

import inkling.core.tensor.Parameter;
import inkling.core.tensor.Tensor;

/// RMSNorm: every row scaled to unit root-mean-square, then by a learned gain: `y = x · r · g`, `r =
/// 1/√(mean(x²) + ε)`.
///
/// `x`, `y` `(…, D)`, `g (D)`; `r`, one number for each row, is kept for the backward pass.
///
/// Backward: with `h = g·dy`, `∂r/∂x_j = −r³·x_j/D`, so `dx_j = r·h_j + Σ_i h_i·x_i · ∂r/∂x_j = r·h_j −
/// x_j·r³·(h·x)/D`; and `dg = Σ_rows dy·x·r`.
///
/// @see <a href="https://arxiv.org/abs/1910.07467">Zhang and Sennrich, 2019</a>
public final class RmsScaling {
    private RmsScaling() {}

    /// Normalises every row.
    public static Variable apply(Tape tape, Variable x, Parameter gain, float epsilon) {
        Variable y = tape.output(x.value().shape());
        Tensor inverseRms = y.takeCompanion(x.value().rows(), 1);
        tape.kernels().rmsNorm(y.value(), inverseRms, x.value(), gain.value(), epsilon);
        tape.record(
                y,
                () -> tape.kernels()
                        .rmsNormBackward(
                                x.addableGradient(),
                                ParameterGradient.addable(tape.kernels(), gain),
                                y.gradient(),
                                x.value(),
                                gain.value(),
                                inverseRms),
                x);
        return y;
    }
}
