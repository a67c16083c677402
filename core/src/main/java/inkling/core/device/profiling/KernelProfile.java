package inkling.core.device.profiling;

import inkling.core.device.counting.KernelCount;

/// What all calls of one kernel took and did.
///
/// @param kernel name of the kernel, with what distinguishes its calls: `matmul NT`
/// @param calls number of calls
/// @param nanos time of all calls
/// @param count FLOPs and bytes of all calls
public record KernelProfile(String kernel, long calls, long nanos, KernelCount count) {
    /// Executed FLOPs per second.
    public double flopsPerSecond() {
        return nanos == 0 ? 0 : count.executedFlops() * 1e9 / nanos;
    }

    /// Bytes read and written per second, counting every input and output once per call.
    public double bytesPerSecond() {
        return nanos == 0 ? 0 : (count.bytesRead() + count.bytesWritten()) * 1e9 / nanos;
    }
}
