package inkling.core.ops;

import inkling.core.device.Kernels;
import inkling.core.device.Product;
import inkling.core.device.Store;
import inkling.core.tensor.Parameter;
import inkling.core.tensor.ShapeException;
import inkling.core.tensor.Tensor;

/// A linear layer without bias: `y = x·Wᵀ`.
///
/// `x (…, in)`, `W (out, in)`, `y (…, out)`.
///
/// Backward: `y_ij = Σ_k x_ik·W_jk`, so `dx_ik = Σ_j dy_ij·W_jk`, that is `dx = dy·W`, and `dW_jk = Σ_i
/// dy_ij·x_ik`, that is `dW += dyᵀ·x`.
public final class LinearMap {
    private LinearMap() {}

    /// Computes `x·Wᵀ`.
    public static Variable apply(Tape tape, Variable x, Parameter weight) {
        int[] shape = x.value().shape();
        shape[shape.length - 1] = weight.rows();
        Variable y = tape.output(shape);
        multiply(tape.kernels(), y.value(), x.value(), weight, Store.OVERWRITE);
        tape.record(y, () -> backward(tape, y, x, weight), x);
        return y;
    }

    /// Computes `residual + x·Wᵀ` (`residual (…, out)`), the sum being part of the matrix product.
    ///
    /// Backward: as above, and `dResidual = dy`. Down a whole stack of residual blocks that is one buffer,
    /// handed from each block to the one before.
    public static Variable addTo(Tape tape, Variable residual, Variable x, Parameter weight) {
        if (residual.value().rows() != x.value().rows()) {
            throw new ShapeException(
                    "residual", "residual", residual.value(), x.value().rows() + " rows");
        }
        Variable y = tape.output(residual.value().shape());
        tape.kernels().copy(y.value(), residual.value());
        multiply(tape.kernels(), y.value(), x.value(), weight, Store.ADD);
        tape.record(
                y,
                () -> {
                    backward(tape, y, x, weight);
                    y.handGradientTo(residual);
                },
                residual,
                x);
        return y;
    }

    /// `y = x·Wᵀ` or `y += x·Wᵀ`, however the weight is kept.
    static void multiply(Kernels kernels, Tensor y, Tensor x, Parameter weight, Store store) {
        if (weight.isPacked()) {
            kernels.matmulPacked(y, x, weight.packed(), store);
        } else {
            kernels.matmul(y, x, weight.value(), Product.NT, store);
        }
    }

    private static void backward(Tape tape, Variable y, Variable x, Parameter weight) {
        Tensor dy = y.gradient();
        tape.kernels().matmul(weight.gradient(), dy, x.value(), Product.TN, ParameterGradient.store(weight));
        if (x.wantsGradient()) {
            Store store = x.touchGradient();
            tape.kernels().matmul(x.gradient(), dy, weight.value(), Product.NN, store);
        }
    }
}
