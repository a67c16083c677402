package inkling.core.train;

import inkling.core.data.EvaluationWindows;
import inkling.core.nn.TransformerLm;
import inkling.core.ops.Tape;
import inkling.core.tensor.Tensor;
import java.util.function.LongConsumer;

/// How well a model predicts a text.
///
/// `loss = −1/n · Σ log p(token)`, `perplexity = e^loss`, `bits per byte = Σ −log₂ p(token) / bytes of the text`. The
/// last does not depend on the tokenizer, so that models with different vocabularies can be compared.
///
/// @param tokens how many tokens were predicted, `n`
/// @param bytes how many bytes these tokens stand for; special tokens count with the bytes of their names
/// @param loss mean loss in nats per token
public record Evaluation(long tokens, long bytes, double loss) {
    /// `e^loss`.
    public double perplexity() {
        return Math.exp(loss);
    }

    /// Bits per byte of text.
    public double bitsPerByte() {
        return loss * tokens / Math.log(2) / bytes;
    }

    /// Evaluates all windows.
    ///
    /// @param tape an inference tape
    /// @param tokenBytes for every id, how many bytes the token has
    /// @param progress hears after every batch how many tokens are done
    public static Evaluation of(
            TransformerLm model, Tape tape, EvaluationWindows windows, int[] tokenBytes, LongConsumer progress) {
        double sum = 0;
        long bytes = 0;
        while (windows.advance()) {
            Tensor losses = model.losses(tape, windows.inputs(), windows.targets(), windows.batch(), windows.time());
            for (int i = 0; i < losses.rows(); i++) {
                sum += losses.get(i);
                bytes += tokenBytes[windows.targets().get(i)];
            }
            progress.accept(windows.done());
        }
        return new Evaluation(windows.total(), bytes, sum / windows.total());
    }
}
