package inkling.core.ops;

import inkling.core.device.Product;
import inkling.core.device.Store;
import inkling.core.tensor.Tensor;

/// Logarithm of the softmax over the last dimension, without computing the softmax first: `y_j = x_j − log Σ_i
/// e^(x_i)`.
///
/// Backward: `∂y_j/∂x_i = δ_ij − p_i` with `p = softmax(x)`, so `dx = dy − p·rowsum(dy)`. The row sums are a
/// matrix product with ones: this operation is for analysis and small problems, training uses
/// [LanguageModelLoss].
public final class LogSoftmax {
    private LogSoftmax() {}

    /// Computes the log-softmax of every row.
    public static Variable apply(Tape tape, Variable x) {
        Variable y = tape.output(x.value().shape());
        tape.kernels().logSoftmax(y.value(), x.value());
        tape.record(y, () -> backward(tape, y, x), x);
        return y;
    }

    /// With every row of `dy` alone, `dx = dy − p·(dy·1)` needs one column of sums; `p·sum` is a product of one
    /// row by one number.
    private static void backward(Tape tape, Variable y, Variable x) {
        int rows = y.value().rows();
        int columns = y.value().columns();
        Tensor dx = x.writableGradient();
        Tensor probabilities = tape.take(rows, columns);
        Tensor ones = tape.take(columns, 1);
        Tensor sum = tape.take(1, 1);
        tape.kernels().fill(ones, 1);
        tape.kernels().softmax(probabilities, y.value());
        tape.kernels().copy(dx, y.gradient());
        for (int i = 0; i < rows; i++) {
            Tensor dyRow = y.gradient().rows(i, i + 1);
            tape.kernels().matmul(sum, dyRow, ones, Product.NN, Store.OVERWRITE);
            tape.kernels().scale(sum, -1);
            Tensor dxRow = dx.rows(i, i + 1);
            tape.kernels().matmul(dxRow, sum, probabilities.rows(i, i + 1), Product.NN, Store.ADD);
        }
        tape.release(sum);
        tape.release(ones);
        tape.release(probabilities);
        x.contribute(dx);
    }
}
