package inkling.core.device.counting;

/// What a family of kernels has to do.
///
/// @param calls number of calls
/// @param flops floating-point operations as papers count them: `2mnk` for a matrix product, all `T×T` scores
///     for attention and twice its forward pass for its backward pass, 14 for each element of AdamW; the other
///     kernels have none, memory is what limits them
/// @param executedFlops the same as this program executes it: causal attention leaves out the scores above the
///     diagonal, and its backward pass computes the scores again
/// @param bytesRead bytes of all inputs, each counted once per call
/// @param bytesWritten bytes of all outputs, each counted once per call
public record KernelCount(long calls, long flops, long executedFlops, long bytesRead, long bytesWritten) {
    /// Nothing.
    public static final KernelCount ZERO = new KernelCount(0, 0, 0, 0, 0);

    /// The sum of two counts.
    public KernelCount plus(KernelCount other) {
        return new KernelCount(
                calls + other.calls,
                flops + other.flops,
                executedFlops + other.executedFlops,
                bytesRead + other.bytesRead,
                bytesWritten + other.bytesWritten);
    }
}
