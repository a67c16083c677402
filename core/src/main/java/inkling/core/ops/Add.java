package inkling.core.ops;

import inkling.core.tensor.ShapeException;
import inkling.core.tensor.Tensor;

/// Sum of two tensors of the same shape: `y = a + b`.
///
/// Backward: `da = dy`, `db = dy`.
public final class Add {
    private Add() {}

    /// Computes `a + b`.
    public static Variable apply(Tape tape, Variable a, Variable b) {
        if (!a.value().sameShape(b.value())) {
            throw new ShapeException("add", "b", b.value(), a.value().shapeText());
        }
        Variable y = tape.output(a.value().shape());
        tape.kernels().copy(y.value(), a.value());
        tape.kernels().addScaled(y.value(), b.value(), 1);
        tape.record(
                y,
                () -> {
                    if (a.wantsGradient()) {
                        Tensor da = a.writableGradient();
                        tape.kernels().copy(da, y.gradient());
                        a.contribute(da);
                    }
                    y.handGradientTo(b);
                },
                a,
                b);
        return y;
    }
}
