package inkling.bench.train;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/// Bytes of the Java heap that threads have ever asked for.
public final class Allocation {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Allocation() {}

    /// Of all threads since the start of the process.
    public static long bytes() {
        return THREADS.getTotalThreadAllocatedBytes();
    }
}
