package inkling.core.ops;

import inkling.core.tensor.Tensor;

/// The gate of SwiGLU: `y = silu(a) ∘ b`, with `silu(a) = a·σ(a)`, `σ(a) = 1/(1+e^(−a))`.
///
/// `gateUp (…, 2F)` holds the columns of `a`, then those of `b`; `y (…, F)`.
///
/// Backward: `σ' = σ(1−σ)`, so `silu'(a) = σ(a)·(1 + a·(1−σ(a)))`, `da = dy∘b∘silu'(a)`, `db = dy∘silu(a)`.
/// Both are written over `gateUp` where nothing else reads it.
///
/// @see <a href="https://arxiv.org/abs/2002.05202">Shazeer, 2020</a>
public final class GatedSilu {
    private GatedSilu() {}

    /// Gates the second half of every row by the first.
    public static Variable apply(Tape tape, Variable gateUp) {
        int[] shape = gateUp.value().shape();
        shape[shape.length - 1] /= 2;
        Variable y = tape.output(shape);
        tape.kernels().swiGlu(y.value(), gateUp.value());
        tape.record(
                y,
                () -> {
                    Tensor dGateUp = gateUp.writableGradientOverValue();
                    tape.kernels().swiGluBackward(dGateUp, y.gradient(), gateUp.value());
                    gateUp.contribute(dGateUp);
                },
                gateUp);
        return y;
    }
}
