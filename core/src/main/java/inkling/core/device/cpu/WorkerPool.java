package inkling.core.device.cpu;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A fixed team of threads that run one task together, region after region.
///
/// A training step is a few hundred regions of microseconds to milliseconds. Waking a sleeping thread costs about
/// 50 µs, so a worker first spins for the next region and only then goes to sleep; inside a region the workers meet at
/// spinning barriers. The calling thread is worker 0.
///
/// A task sees its worker number and the number of workers; it divides the work itself, in a way that does not change
/// the result.
final class WorkerPool implements AutoCloseable {
    /// Work that all workers run at the same time.
    @FunctionalInterface
    interface Task {
        /// Does this worker's share.
        void run(int worker, int workers);
    }

    /// Regions with less work than so many multiply-adds run on the calling thread alone: a region costs about 1 µs.
    private static final long SMALLEST_SHARED_WORK = 16_384;

    /// About 100 µs of spinning before a worker sleeps, longer than the serial pauses within a step.
    private static final int SPINS_BEFORE_SLEEP = 4_000;

    /// Spins of a barrier before it offers the core to others (more workers than cores).
    private static final int SPINS_BEFORE_YIELD = 1_000;

    private final ReentrantLock oneRegionAtATime = new ReentrantLock();
    private final Thread[] threads;
    private final AtomicIntegerArray asleep;
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger arrived = new AtomicInteger();
    private final AtomicInteger tickets = new AtomicInteger();
    private volatile int phase;
    private volatile int region;
    private volatile boolean closed;
    private volatile @Nullable Throwable failure;
    private @Nullable Task task;

    /// Starts the team.
    ///
    /// @param workers number of workers, the caller included
    WorkerPool(int workers) {
        if (workers < 1) {
            throw new IllegalArgumentException("threads: " + workers + ", expected at least 1");
        }
        threads = new Thread[workers - 1];
        asleep = new AtomicIntegerArray(workers);
        for (int i = 0; i < threads.length; i++) {
            int worker = i + 1;
            threads[i] = Thread.ofPlatform()
                    .daemon()
                    .name("inkling-worker-" + worker)
                    .unstarted(() -> serve(worker));
        }
        for (Thread thread : threads) {
            thread.start();
        }
    }

    /// Number of workers, the caller included.
    int workers() {
        return threads.length + 1;
    }

    /// Runs a task on all workers, or on the caller alone if `work` (multiply-adds, roughly) is small.
    void run(long work, Task body) {
        run(work, () -> {}, body);
    }

    /// Like [#run(long, Task)]; `before` is done first by the caller alone, when no other region is under way.
    void run(long work, Runnable before, Task body) {
        oneRegionAtATime.lock();
        try {
            before.run();
            tickets.set(0);
            if (threads.length == 0 || work < SMALLEST_SHARED_WORK) {
                body.run(0, 1);
            } else {
                runShared(body);
            }
        } finally {
            oneRegionAtATime.unlock();
        }
    }

    /// The next number of a counter that starts at 0 in every region, for handing out work.
    int ticket() {
        return tickets.getAndIncrement();
    }

    /// Waits until all workers of the region are here.
    void barrier(int workers) {
        if (workers == 1) {
            return;
        }
        int now = phase;
        if (arrived.incrementAndGet() == workers) {
            arrived.set(0);
            phase = now + 1;
            return;
        }
        for (int spins = 0; phase == now; spins++) {
            if (failure != null) {
                throw new IllegalStateException("another worker failed");
            }
            pause(spins);
        }
    }

    /// First of `count` things that belong to a worker.
    static int from(int count, int worker, int workers) {
        return (int) ((long) count * worker / workers);
    }

    @Override
    public void close() {
        closed = true;
        for (Thread thread : threads) {
            LockSupport.unpark(thread);
        }
    }

    private void runShared(Task body) {
        if (closed) {
            throw new IllegalStateException("the device is closed");
        }
        task = body;
        running.set(threads.length);
        region = region + 1;
        for (int i = 0; i < threads.length; i++) {
            if (asleep.get(i) != 0) {
                LockSupport.unpark(threads[i]);
            }
        }
        try {
            body.run(0, workers());
        } catch (RuntimeException | Error e) {
            failure = e;
        }
        for (int spins = 0; running.get() != 0; spins++) {
            pause(spins);
        }
        Throwable cause = failure;
        if (cause != null) {
            failure = null;
            arrived.set(0);
            throw new IllegalStateException("a kernel failed: " + cause.getMessage(), cause);
        }
    }

    private void serve(int worker) {
        int seen = 0;
        while (true) {
            seen = awaitRegionAfter(seen, worker - 1);
            if (closed) {
                return;
            }
            try {
                Objects.requireNonNull(task).run(worker, workers());
            } catch (RuntimeException | Error e) {
                failure = e;
            }
            running.decrementAndGet();
        }
    }

    private int awaitRegionAfter(int seen, int sleeper) {
        for (int spins = 0; region == seen && !closed; spins++) {
            if (spins < SPINS_BEFORE_SLEEP) {
                Thread.onSpinWait();
                continue;
            }
            // said before the last look at the region, so that whoever starts a region sees it or is seen
            asleep.set(sleeper, 1);
            if (region == seen && !closed) {
                LockSupport.park(this);
            }
            asleep.set(sleeper, 0);
        }
        return region;
    }

    private static void pause(int spins) {
        if (spins < SPINS_BEFORE_YIELD) {
            Thread.onSpinWait();
        } else {
            Thread.yield();
        }
    }
}
