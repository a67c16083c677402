package inkling.core.device.cpu;

import java.util.concurrent.atomic.AtomicLongArray;

/// The indices of a parallel region that are still to be done: each thread has a share of its own, and when that is
/// done it takes from the end of another's.
///
/// ```
///   0          thread 0          |          thread 1          |          thread 2          count
///   ├─ done ─▶ ├ ─ ─ ─ ─ ─ ─ ─ ─ ┤├─ done ────────────────────▶├─ done ─▶ ├ ─ ─ ─ ─ ┤◀ taken ┤
///                                                                                      by thread 1
/// ```
///
/// Threads are never equally fast: something else runs on one of their processors, or beside it, and equal shares
/// would make all wait for the slowest. But where they are, each does the same part of every region: what it wrote in
/// the one before is in its own cache, and fetching it from another processor's takes four times as long.
final class Shares {
    /// There is nothing left.
    static final long NONE = -1;

    /// A share's place in the array: a cache line, and the one that is fetched together with it, for each.
    private static final int STRIDE = 16;

    private final int workers;

    /// What is left of each share: the first index in the upper half, the end in the lower.
    private final AtomicLongArray left;

    Shares(int workers) {
        this.workers = workers;
        this.left = new AtomicLongArray((workers + 1) * STRIDE);
    }

    /// Deals out `0 … count−1`.
    void deal(int count) {
        for (int worker = 0; worker < workers; worker++) {
            left.set(place(worker), range(begin(worker, count), begin(worker + 1, count)));
        }
    }

    private int begin(int worker, int count) {
        return (int) ((long) count * worker / workers);
    }

    /// The next part for a thread, of `least` to `most` indices, to be read by [#from] and [#to]; or [#NONE].
    ///
    /// Parts of its own share are two thirds of what is left there, parts of another's are half of it: large at first,
    /// so that each reads what it needs seldom, and small at the end, so that nobody waits long.
    long take(int worker, int least, int most) {
        int own = place(worker);
        for (long range = left.get(own); size(range) > 0; range = left.get(own)) {
            int end = from(range) + Math.min(size(range), Math.clamp(2L * size(range) / 3, least, most));
            if (left.compareAndSet(own, range, range(end, to(range)))) {
                return range(from(range), end);
            }
        }
        for (int victim = fullest(); victim >= 0; victim = fullest()) {
            long range = left.get(victim);
            int begin = to(range) - Math.min(size(range), Math.clamp(size(range) / 2, least, most));
            if (begin < to(range) && left.compareAndSet(victim, range, range(from(range), begin))) {
                return range(begin, to(range));
            }
        }
        return NONE;
    }

    /// The place of the share of which most is left; −1 if nothing is left of any.
    private int fullest() {
        int fullest = -1;
        int most = 0;
        for (int worker = 0; worker < workers; worker++) {
            int size = size(left.get(place(worker)));
            if (size > most) {
                most = size;
                fullest = place(worker);
            }
        }
        return fullest;
    }

    private static int place(int worker) {
        return (worker + 1) * STRIDE;
    }

    private static long range(int from, int to) {
        return (long) from << Integer.SIZE | to;
    }

    /// First index of a part.
    static int from(long range) {
        return (int) (range >>> Integer.SIZE);
    }

    /// End of a part.
    static int to(long range) {
        return (int) range;
    }

    private static int size(long range) {
        return to(range) - from(range);
    }
}
