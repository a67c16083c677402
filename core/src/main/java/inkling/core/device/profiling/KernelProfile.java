package inkling.core.device.profiling;

import inkling.core.device.counting.KernelCount;

/// What all calls of one kernel took and did.
///
/// @param kernel name of the kernel, with what distinguishes its calls: `matmul NT`
/// @param calls number of calls
/// @param nanos time of all calls
/// @param count FLOPs and bytes of all calls
public record KernelProfile(String kernel, long calls, long nanos, KernelCount count) {
    /// Bytes read and written, counting every input and output once per call.
    public long bytes() {
        return count.bytesRead() + count.bytesWritten();
    }

    /// The least time that all calls can take on a machine with this peak and bandwidth: the roofline.
    ///
    /// `max(FLOPs / peak, bytes / bandwidth)`; what caches hold can be faster than memory, and beats this limit.
    public double limitNanos(double peakFlopsPerSecond, double memoryBytesPerSecond) {
        return 1e9 * Math.max(count.executedFlops() / peakFlopsPerSecond, bytes() / memoryBytesPerSecond);
    }

    /// Executed FLOPs per second.
    public double flopsPerSecond() {
        return nanos == 0 ? 0 : count.executedFlops() * 1e9 / nanos;
    }

    /// [#bytes()] per second.
    public double bytesPerSecond() {
        return nanos == 0 ? 0 : bytes() * 1e9 / nanos;
    }
}
