package inkling.core.device.cpu;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A fixed set of threads that run one parallel region at a time, with the calling thread as one of them.
///
/// A training step is hundreds of short regions, so waiting threads spin for a while before they park: waking a
/// parked thread costs tens of microseconds, a spinning one less than one. Each thread begins with its own share of a
/// region ([Shares]); a region's result must not depend on which thread does what.
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

    private final Thread[] threads;
    private final Shares shares;
    private final AtomicInteger busy = new AtomicInteger();
    private final AtomicInteger epoch = new AtomicInteger();
    private volatile boolean closed;
    private volatile @Nullable Throwable failure;
    private final AtomicInteger parked = new AtomicInteger();
    private boolean oneEach;
    private int least;
    private int most;
    private Part part = (from, to, worker) -> {};
    private Task task = (item, worker) -> {};
    private final Part itemsOfTask = this::runItems;

    WorkerPool(int workers) {
        if (workers < 1) {
            throw new IllegalArgumentException("threads: " + workers + ", expected at least 1");
        }
        threads = new Thread[workers - 1];
        shares = new Shares(workers);
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
        task = newTask;
        if (threads.length == 0 || count <= 1) {
            runItems(0, count, 0);
        } else {
            share(count, 1, 1, itemsOfTask);
        }
    }

    private void runItems(int from, int to, int worker) {
        for (int item = from; item < to; item++) {
            task.run(item, worker);
        }
    }

    /// Runs one item on each thread, the item with its own number: for work whose parts shall meet the same
    /// processor's caches every time.
    void runOnEach(Task newTask) {
        task = newTask;
        oneEach = true;
        try {
            share(0, 1, 1, itemsOfTask);
        } finally {
            oneEach = false;
        }
    }

    /// Runs ranges `[from, to)` of at most `grain` that cover `0 … count−1`.
    void runRanges(int count, int grain, Range range) {
        int pieces = (count + grain - 1) / grain;
        run(pieces, (item, worker) -> range.run(item * grain, Math.min(count, (item + 1) * grain)));
    }

    /// Runs parts `[from, to)` that cover `0 … count−1`, of `least` to `most` indices each: large at first, and the
    /// smaller the less is left. One thread does equal parts.
    void runShrinking(int count, int newLeast, int newMost, Part newPart) {
        if (threads.length > 0) {
            share(count, newLeast, newMost, newPart);
            return;
        }
        int parts = (count + newMost - 1) / newMost;
        for (int i = 0; i < parts; i++) {
            newPart.run((int) ((long) count * i / parts), (int) ((long) count * (i + 1) / parts), 0);
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // a busy machine would otherwise wait for a whole time slice
    private void share(int count, int newLeast, int newMost, Part newPart) {
        part = newPart;
        least = newLeast;
        most = newMost;
        shares.deal(count);
        busy.set(threads.length);
        epoch.incrementAndGet(); // publishes the fields above
        if (parked.get() != 0) {
            for (Thread thread : threads) {
                LockSupport.unpark(thread);
            }
        }
        takeParts(0);
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

    private void takeParts(int worker) {
        try {
            if (oneEach) {
                task.run(worker, worker);
            }
            for (long next = shares.take(worker, least, most);
                    next != Shares.NONE;
                    next = shares.take(worker, least, most)) {
                part.run(Shares.from(next), Shares.to(next), worker);
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
            takeParts(worker);
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
