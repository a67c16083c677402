package inkling.core.accounting;

import static inkling.core.accounting.Expression.product;
import static inkling.core.accounting.Expression.sum;
import static inkling.core.accounting.Expression.times;

import inkling.core.device.counting.CountingKernels;
import inkling.core.device.counting.KernelKind;
import inkling.core.nn.FeedForwardSpec;
import inkling.core.nn.ModelConfig;
import inkling.core.nn.StepMemory;
import inkling.core.nn.TransformerLm;
import inkling.core.tensor.Parameters;
import java.util.Map;

/// What this program itself does in one training step, found by running it on the counting device.
///
/// FLOPs and parameters equal the closed formulas exactly. Memory is less than the formulas of a paper say, because
/// fused kernels store less: no scores and no softmax (one log-sum-exp for each head and token instead), no
/// `SiLU(W1·x)` (computed again in the backward pass), and the logits only a few rows at a time.
///
/// @param batch sequences in a (micro-)batch
/// @param parameters learned elements
/// @param flops matrix products of the step, counted as the formulas count them
/// @param executedFlops the same without the masked half of attention, and with what the backward pass computes again
/// @param slabBytes parameters, gradients and two moments, each parameter at a multiple of 64 bytes
/// @param arenaBytes the step arena: activations and their gradients
/// @param keptPerLayer bytes of that which every layer keeps for the backward pass
public record ProgramCount(
        long batch,
        long parameters,
        long flops,
        long executedFlops,
        long slabBytes,
        long arenaBytes,
        Figure keptPerLayer) {

    /// Counts one step over a batch of full sequences.
    public static ProgramCount of(ModelConfig config, int batch) {
        try {
            return count(config, batch);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(
                    "plan: a batch of " + batch + " of this model is too large for the program's tensors", e);
        }
    }

    private static ProgramCount count(ModelConfig config, int batch) {
        var declarations = new Parameters.Declarations();
        TransformerLm.declare(config, declarations);
        Parameters parameters = declarations.virtual();
        CountingKernels counting = new CountingKernels();
        long arena = StepMemory.training(config, batch, config.contextLength(), counting);
        var products = counting.count(KernelKind.MATMUL).plus(counting.count(KernelKind.ATTENTION));
        return new ProgramCount(
                batch,
                parameters.count(),
                products.flops(),
                products.executedFlops(),
                4 * parameters.values().byteSize(),
                arena,
                keptPerLayer(config, batch));
    }

    /// Everything the step holds in memory.
    public long totalBytes() {
        return slabBytes + arenaBytes;
    }

    /// `4·B·T·(…)` bytes that one more layer adds to the arena.
    private static Figure keptPerLayer(ModelConfig config, int batch) {
        Map<Symbol, Long> sizes = Sizes.with(Sizes.of(config, config.contextLength()), Symbol.B, batch);
        int norms = Sizes.normsPerLayer(config);
        Expression wide = Sizes.isGrouped(config)
                ? sum(times(4L + norms, Symbol.D), times(2, Symbol.G, Symbol.K))
                : times(6L + norms, Symbol.D);
        Expression hidden = times(config.feedForward() instanceof FeedForwardSpec.SwiGlu ? 3 : 2, Symbol.F);
        Expression row = sum(wide, hidden, Symbol.H, Expression.constant(norms));
        return Figure.of(
                "kept_bytes_per_layer", "kept by one layer", product(times(4, Symbol.B, Symbol.T), row), sizes);
    }
}
