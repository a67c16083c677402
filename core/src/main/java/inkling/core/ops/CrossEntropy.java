package inkling.core.ops;

import inkling.core.tensor.Ids;
import inkling.core.tensor.Tensor;

/// Mean cross-entropy of logits: `loss = 1/N · Σ_i (log Σ_j e^(x_ij) − x_i,target(i))`.
///
/// `x (…, V)` with `N` rows, one target for each; the loss is a scalar.
///
/// Backward: `dx_ij = dLoss/N · (softmax(x_i)_j − [j = target(i)])`.
///
/// @see LanguageModelLoss the same for a language model, without ever holding all logits
public final class CrossEntropy {
    private CrossEntropy() {}

    /// Computes the mean over all rows.
    public static Variable apply(Tape tape, Variable logits, Ids targets) {
        Variable loss = tape.output();
        Tensor losses = tape.take(logits.value().rows(), 1);
        tape.kernels().crossEntropy(losses, logits.value(), targets);
        if (!loss.value().isVirtual()) {
            loss.value().set(0, (float) mean(losses));
        }
        tape.release(losses);
        tape.record(loss, () -> backward(tape, loss, logits, targets), logits);
        return loss;
    }

    /// Mean of per-row losses, added in double precision in the order of the rows.
    public static double mean(Tensor losses) {
        double sum = 0;
        if (losses.isVirtual()) {
            return sum;
        }
        for (long i = 0; i < losses.size(); i++) {
            sum += losses.get(i);
        }
        return sum / losses.size();
    }

    private static void backward(Tape tape, Variable loss, Variable logits, Ids targets) {
        Tensor dLogits = logits.writableGradient();
        Tensor losses = tape.take(logits.value().rows(), 1);
        tape.kernels().copy(dLogits, logits.value());
        float dLoss = loss.gradient().isVirtual() ? 1 : loss.gradient().get(0);
        tape.kernels().crossEntropyWithGradient(losses, dLogits, targets, dLoss / targets.size());
        tape.release(losses);
        logits.contribute(dLogits);
    }
}
