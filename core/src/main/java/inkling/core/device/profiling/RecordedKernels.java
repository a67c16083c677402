package inkling.core.device.profiling;

import inkling.core.device.Kernels;
import inkling.core.device.counting.CountingKernels;
import inkling.core.device.counting.KernelCount;
import jdk.jfr.FlightRecorder;

/// Writes an event `inkling.Kernel` for every call into the flight recording that is running.
///
/// Only where a recording was started before the device was made (`-XX:StartFlightRecording`); otherwise the device
/// stays as it is and pays nothing.
public final class RecordedKernels extends WatchedKernels {
    private final CountingKernels counting = new CountingKernels();

    private RecordedKernels(Kernels device) {
        super(device);
    }

    /// The device, recorded where a flight recording runs.
    public static Kernels whereRecording(Kernels device) {
        return FlightRecorder.isInitialized() ? new RecordedKernels(device) : device;
    }

    @Override
    void watch(KernelCall call) {
        KernelEvent event = new KernelEvent();
        long start = System.nanoTime();
        event.begin();
        call.action().on(device());
        event.end();
        long nanos = System.nanoTime() - start;
        if (event.shouldCommit()) {
            counting.reset();
            call.action().on(counting);
            KernelCount count = counting.total();
            event.kernel = call.kernel();
            event.shape = call.shape();
            event.flops = count.executedFlops();
            event.bytes = count.bytesRead() + count.bytesWritten();
            event.gigaflopsPerSecond = (double) count.executedFlops() / Math.max(1, nanos);
            event.commit();
        }
    }
}
