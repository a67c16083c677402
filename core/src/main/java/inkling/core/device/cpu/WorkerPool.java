package inkling.core.device.cpu;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A fixed set of threads that run one parallel region at a time, with the calling thread as one of them.
///
/// A training step is hundreds of short regions, so waiting threads spin for a while before they park: waking a
/// parked thread costs tens of microseconds, a spinning one less than one. Items of a region are handed out one by
/// one from a shared counter; a region's result must not depend on which thread takes which item.
final class WorkerPool implements AutoCloseable {
    /// One item of a parallel region.
    interface Task {
        /// Does item `item`; `worker` is a number below [#workers()] that no other running item has, for scratch
        /// memory.
        void run(int item, int worker);
    }

    /// How long a thread spins before it parks: a few regions' worth of time.
    private static final long SPIN_NANOS = 200_000;

    /// Looks at the epoch between two looks at the clock.
    private static final int SPINS = 32;

    /// Looks at the workers before the caller lets others have its processor: some ten microseconds.
    private static final int SPINS_PER_YIELD = 256;

    /// In place of a number of items: one for each thread.
    private static final int ONE_EACH = -1;

    private final Thread[] threads;
    private final AtomicInteger nextItem = new AtomicInteger();
    private final AtomicInteger busy = new AtomicInteger();
    private final AtomicInteger epoch = new AtomicInteger();
    private volatile boolean closed;
    private volatile @Nullable Throwable failure;
    private final AtomicInteger parked = new AtomicInteger();
    private final AtomicInteger shrinking = new AtomicInteger();
    private int items;
    private Task task = (item, worker) -> {};

    WorkerPool(int workers) {
        if (workers < 1) {
            throw new IllegalArgumentException("threads: " + workers + ", expected at least 1");
        }
        threads = new Thread[workers - 1];
        for (int i = 0; i < threads.length; i++) {
            int worker = i + 1;
            threads[i] = Thread.ofPlatform()
                    .daemon()
                    .name("inkling-worker-" + worker)
                    .start(() -> serve(worker));
        }
    }

    /// Number of threads, the caller included.
    int workers() {
        return threads.length + 1;
    }

    /// Runs items `0 … count−1` on all threads and returns when all are done. Regions do not nest.
    void run(int count, Task newTask) {
        if (threads.length == 0 || count <= 1) {
            for (int item = 0; item < count; item++) {
                newTask.run(item, 0);
            }
            return;
        }
        share(count, newTask);
    }

    /// Runs one item on each thread, the item with its own number: for work whose parts shall meet the same
    /// processor's caches every time.
    void runOnEach(Task newTask) {
        if (threads.length == 0) {
            newTask.run(0, 0);
            return;
        }
        share(ONE_EACH, newTask);
    }

    @SuppressWarnings("ThreadPriorityCheck") // a busy machine would otherwise wait for a whole time slice
    private void share(int count, Task newTask) {
        task = newTask;
        items = count;
        nextItem.set(0);
        busy.set(threads.length);
        epoch.incrementAndGet(); // publishes the fields above
        if (parked.get() != 0) {
            for (Thread thread : threads) {
                LockSupport.unpark(thread);
            }
        }
        takeItems(0);
        for (int spin = 1; busy.get() != 0; spin++) {
            if (spin % SPINS_PER_YIELD == 0) {
                Thread.yield(); // perhaps a worker waits for this processor
            }
            Thread.onSpinWait();
        }
        Throwable thrown = failure;
        if (thrown != null) {
            failure = null;
            throw new IllegalStateException("a parallel region failed: " + thrown.getMessage(), thrown);
        }
    }

    /// Runs ranges `[from, to)` of at most `grain` that cover `0 … count−1`.
    void runRanges(int count, int grain, Range range) {
        int pieces = (count + grain - 1) / grain;
        run(pieces, (item, worker) -> range.run(item * grain, Math.min(count, (item + 1) * grain)));
    }

    /// Runs parts `[from, to)` that cover `0 … count−1`, of `least` to `most` indices each: large at first, and the
    /// smaller the less is left.
    ///
    /// Threads are never equally fast: something else runs on one of their processors, or beside it. Equal parts
    /// make all wait for the slowest; with these, what is waited for is no more than the last small part.
    void runShrinking(int count, int least, int most, Part part) {
        AtomicInteger next = shrinking;
        next.set(0);
        runOnEach((item, worker) -> {
            for (int from = next.get(); from < count; from = next.get()) {
                int to = from + shrinkingPart(count - from, least, most);
                if (next.compareAndSet(from, to)) {
                    part.run(from, to, worker);
                }
            }
        });
    }

    /// Two thirds of a thread's share of what is left; for one thread, equal parts.
    private int shrinkingPart(int left, int least, int most) {
        int parts = (left + most - 1) / most;
        int equal = (left + parts - 1) / parts;
        int wanted = workers() == 1 ? equal : (2 * left + 3 * workers() - 1) / (3 * workers());
        return Math.min(left, Math.clamp(wanted, least, most));
    }

    /// Part of an index range, for the thread that does it.
    interface Part {
        /// Does the indices `from` (inclusive) to `to` (exclusive); `worker` as in [Task#run].
        void run(int from, int to, int worker);
    }

    /// Part of an index range.
    interface Range {
        /// Does the indices `from` (inclusive) to `to` (exclusive).
        void run(int from, int to);
    }

    private void takeItems(int worker) {
        try {
            if (items == ONE_EACH) {
                task.run(worker, worker);
                return;
            }
            for (int item = nextItem.getAndIncrement(); item < items; item = nextItem.getAndIncrement()) {
                task.run(item, worker);
            }
        } catch (RuntimeException | Error e) {
            failure = e;
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // as above
    private void serve(int worker) {
        int seen = 0;
        while (true) {
            long spinUntil = System.nanoTime() + SPIN_NANOS;
            while (!comes(seen) && !closed) {
                if (System.nanoTime() >= spinUntil) {
                    waitParked(seen);
                }
                Thread.yield();
            }
            if (closed) {
                return;
            }
            seen++;
            takeItems(worker);
            busy.decrementAndGet();
        }
    }

    private boolean comes(int seen) {
        for (int spin = 0; spin < SPINS; spin++) {
            if (epoch.get() != seen) {
                return true;
            }
            Thread.onSpinWait();
        }
        return false;
    }

    private void waitParked(int seen) {
        parked.incrementAndGet();
        while (epoch.get() == seen && !closed) {
            LockSupport.park(this);
        }
        parked.decrementAndGet();
    }

    @Override
    public void close() {
        closed = true;
        for (Thread thread : threads) {
            LockSupport.unpark(thread);
        }
    }
}
