package inkling.core.ops;

import inkling.core.tensor.Tensor;

/// SiLU, element by element: `y = x·σ(x)`, `σ(x) = 1/(1+e^(−x))`.
///
/// Backward: `dx = dy∘σ(x)(1 + x(1−σ(x)))`, written over `x` where nothing else reads it.
public final class Silu {
    private Silu() {}

    /// Computes `x·σ(x)`.
    public static Variable apply(Tape tape, Variable x) {
        Variable y = tape.output(x.value().shape());
        tape.kernels().silu(y.value(), x.value());
        tape.record(
                y,
                () -> {
                    Tensor dx = x.writableGradientOverValue();
                    tape.kernels().siluBackward(dx, y.gradient(), x.value());
                    x.contribute(dx);
                },
                x);
        return y;
    }
}
