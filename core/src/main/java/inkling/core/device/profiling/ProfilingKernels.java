package inkling.core.device.profiling;

import inkling.core.device.Kernels;
import inkling.core.device.counting.CountingKernels;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Runs every call on another device, measures it, and counts what it does: sums for each kernel.
///
/// Two readings of the clock and one map look-up per call: nothing beside kernels that take tens of microseconds.
public final class ProfilingKernels extends WatchedKernels {
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    private static final class Entry {
        private final CountingKernels counting = new CountingKernels();
        private long calls;
        private long nanos;
    }

    /// Profiles a device; closing this one closes the other.
    public ProfilingKernels(Kernels device) {
        super(device);
    }

    /// What has been measured since the last [#reset], the longest first.
    public List<KernelProfile> profiles() {
        List<KernelProfile> profiles = new ArrayList<>();
        entries.forEach((name, entry) ->
                profiles.add(new KernelProfile(name, entry.calls, entry.nanos, entry.counting.total())));
        profiles.sort(Comparator.comparingLong(KernelProfile::nanos).reversed());
        return profiles;
    }

    /// Forgets everything measured.
    public void reset() {
        entries.clear();
    }

    @Override
    void watch(KernelCall call) {
        Entry entry = entries.computeIfAbsent(call.kernel(), _ -> new Entry());
        long start = System.nanoTime();
        call.action().on(device());
        entry.nanos += System.nanoTime() - start;
        entry.calls++;
        call.action().on(entry.counting);
    }
}
