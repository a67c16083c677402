package inkling.testkit;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/// How much a computation allocates on the Java heap.
public final class Garbage {
    private Garbage() {}

    /// Heap bytes that this thread allocates while it runs something; the least of several runs, so that class loading
    /// and compilation do not count.
    public static long bytes(int runs, Runnable computation) {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int run = 0; run < runs; run++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            computation.run();
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }
}
