package inkling.core.ops;

import inkling.core.tensor.Tensor;

/// Softmax over the last dimension: `y_j = e^(x_j)/Σ_i e^(x_i)`, computed after subtracting the largest `x` of
/// the row, which changes nothing but keeps the powers finite.
///
/// Backward: `∂y_j/∂x_i = y_j(δ_ij − y_i)`, so `dx = y∘(dy − rowsum(dy∘y))`.
public final class Softmax {
    private Softmax() {}

    /// Computes the softmax of every row.
    public static Variable apply(Tape tape, Variable x) {
        Variable y = tape.output(x.value().shape());
        tape.kernels().softmax(y.value(), x.value());
        tape.record(
                y,
                () -> {
                    Tensor dx = x.writableGradient();
                    tape.kernels().softmaxBackward(dx, y.gradient(), y.value());
                    x.contribute(dx);
                },
                x);
        return y;
    }
}
