package inkling.core.accounting;

import inkling.core.device.counting.CountingKernels;
import inkling.core.device.counting.KernelCount;
import inkling.core.device.counting.KernelKind;
import inkling.core.nn.ModelConfig;
import inkling.core.nn.StepMemory;
import java.util.List;

/// How long an optimizer step will take on a machine whose rates were measured: every matrix product and attention at
/// its own rate, everything else at the speed of memory.
///
/// @param tokens tokens of a step
/// @param productSeconds matrix products, forward and backward
/// @param attentionSeconds attention, forward and backward
/// @param memorySeconds norms, activations, softmax, rotation and embedding: bytes moved at the copy's rate
/// @param optimizerSeconds clipping and AdamW: 36 bytes moved for each parameter
public record StepForecast(
        double tokens, double productSeconds, double attentionSeconds, double memorySeconds, double optimizerSeconds) {
    /// Read and write parameters and moments, read gradients; read gradients for their norm, and clear them.
    private static final double OPTIMIZER_BYTES = 36;

    /// How much longer kernels take in a step than alone at their fastest: 1.01 to 1.36 in eight runs (PERFORMANCE.md).
    private static final double TOGETHER = 1.2;

    /// A step over `sequences`, `atOnce` of them computed at a time.
    ///
    /// @throws IllegalArgumentException if the machine's rate of some piece was not measured
    public static StepForecast of(ModelConfig config, long sequences, int atOnce, int time, Machine machine) {
        double passes = (double) sequences / atOnce;
        double products = 0;
        double attention = 0;
        for (Work work : Work.of(config, atOnce, time)) {
            Machine.Rate rate = machine.rate(work)
                    .orElseThrow(() -> new IllegalArgumentException("forecast: the rate of " + work.name() + " "
                            + work.shape() + " was not measured on this machine"));
            double seconds = work.stepFlops() / rate.training();
            switch (work) {
                case Work.Layer _ -> products += seconds;
                case Work.Attention _ -> attention += seconds;
            }
        }
        CountingKernels counting = new CountingKernels();
        long _ = StepMemory.training(config, atOnce, time, counting);
        double bytes = 0;
        for (KernelKind kind : List.of(
                KernelKind.NORM,
                KernelKind.ROPE,
                KernelKind.ACTIVATION,
                KernelKind.SOFTMAX,
                KernelKind.ELEMENTWISE,
                KernelKind.EMBEDDING)) {
            KernelCount count = counting.count(kind);
            bytes += count.bytesRead() + (double) count.bytesWritten();
        }
        double parameters = ParameterCount.of(config).total().value();
        double copy = machine.copyBytesPerSecond();
        return new StepForecast(
                (double) sequences * time,
                products * passes,
                attention * passes,
                bytes / copy * passes,
                OPTIMIZER_BYTES * parameters / copy);
    }

    /// Seconds of one optimizer step.
    public double seconds() {
        return TOGETHER * (productSeconds + attentionSeconds + memorySeconds + optimizerSeconds);
    }

    /// Tokens trained on per second.
    public double tokensPerSecond() {
        return tokens / seconds();
    }
}
