package inkling.core.ops;

import inkling.core.device.Kernels;
import inkling.core.device.Product;
import inkling.core.device.Store;
import inkling.core.tensor.Ids;
import inkling.core.tensor.Parameter;
import inkling.core.tensor.ShapeException;
import inkling.core.tensor.Tensor;

/// Output head and cross-entropy in one: `losses_i = log Σ_j e^(z_ij) − z_i,target(i)`, `z = x·Wᵀ`.
///
/// `x (N, D)`, `W (V, D)`, `losses (N, 1)`.
///
/// The logits `z (N, V)` are the largest matrix of a language model, so they never exist as a whole: a chunk of
/// rows is computed, turned into its losses and (in the same memory) its gradient, used and forgotten.
///
/// Backward: nothing comes after the loss, so its gradient is known at once and this operation does its
/// backward work in the forward pass: with `s` the factor of the losses' sum, `dz = s·(softmax(z) −
/// onehot(target))`, `dx = dz·W`, `dW += dzᵀ·x`. [Tape#backward()] then continues from `dx`.
public final class LanguageModelLoss {
    /// Logits of a chunk take 128 MiB at most, where 256 rows do: every chunk packs the whole head twice, which 320
    /// rows (64 MiB of 50,257 logits) hardly pay for.
    private static final int CHUNK_ELEMENTS = 32 << 20;

    private static final int MIN_CHUNK_ROWS = 256;
    private static final int MAX_CHUNK_ROWS = 1024;

    private LanguageModelLoss() {}

    /// Computes the losses of all rows and, on a recording tape, the gradients of `scale · Σ losses`.
    ///
    /// The losses live in the tape's arena until it is reset.
    public static Tensor apply(Tape tape, Variable x, Parameter head, Ids targets, float scale) {
        int rows = x.value().rows();
        if (targets.size() != rows) {
            throw new ShapeException("loss: " + targets.size() + " targets for " + rows + " rows");
        }
        Tensor losses = tape.take(rows, 1);
        Store store = tape.isRecording() ? x.touchGradient() : Store.OVERWRITE;
        int chunk = chunkRows(head.rows(), rows);
        for (int from = 0; from < rows; from += chunk) {
            int to = Math.min(rows, from + chunk);
            Tensor logits = tape.take(to - from, head.rows());
            Tensor xPart = x.value().rows(from, to);
            Kernels kernels = tape.kernels();
            LinearMap.multiply(kernels, logits, xPart, head, Store.OVERWRITE);
            if (tape.isRecording()) {
                kernels.crossEntropyWithGradient(losses.rows(from, to), logits, targets.slice(from, to), scale);
                kernels.matmul(x.gradient().rows(from, to), logits, head.value(), Product.NN, store);
                kernels.matmul(head.gradient(), logits, xPart, Product.TN, ParameterGradient.store(head));
            } else {
                kernels.crossEntropy(losses.rows(from, to), logits, targets.slice(from, to));
            }
            tape.release(logits);
        }
        x.markUsed();
        return losses;
    }

    /// Rows of one chunk, when so many rows are cut into equal ones.
    public static int chunkRows(int vocabulary, long rows) {
        int most = Math.clamp(CHUNK_ELEMENTS / vocabulary, MIN_CHUNK_ROWS, MAX_CHUNK_ROWS);
        long chunks = Math.max(1, Math.ceilDiv(rows, (long) most));
        return (int) Math.ceilDiv(rows, chunks); // at most `most`
    }
}
