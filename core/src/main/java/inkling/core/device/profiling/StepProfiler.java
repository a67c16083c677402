package inkling.core.device.profiling;

import inkling.core.device.Kernels;
import inkling.core.device.counting.CountingKernels;
import inkling.core.tensor.Parameters;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Runs training steps on another device and measures every kernel where it is called: phase, layer, part, operation.
public final class StepProfiler extends WatchedKernels {
    private final Places places;
    private final Map<Place, Entry> entries = new LinkedHashMap<>();

    private static final class Entry {
        private final CountingKernels counting = new CountingKernels();
        private long calls;
        private long nanos;
    }

    /// Profiles steps of the model with these parameters; closing this device closes the other.
    public StepProfiler(Kernels device, Parameters parameters) {
        super(device);
        this.places = new Places(parameters);
    }

    /// What has been measured since the last [#reset], in the order of the first calls.
    public List<PlacedKernel> kernels() {
        List<PlacedKernel> kernels = new ArrayList<>();
        entries.forEach((place, entry) -> kernels.add(new PlacedKernel(
                place, new KernelProfile(place.kernel(), entry.calls, entry.nanos, entry.counting.total()))));
        return kernels;
    }

    /// Forgets everything measured.
    public void reset() {
        entries.clear();
    }

    @Override
    void watch(KernelCall call) {
        Entry entry = entries.computeIfAbsent(places.next(call), _ -> new Entry());
        long start = System.nanoTime();
        call.action().on(device());
        entry.nanos += System.nanoTime() - start;
        entry.calls++;
        call.action().on(entry.counting);
    }
}
