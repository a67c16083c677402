package inkling.core.device.cpu;

import inkling.core.device.KernelChecks.MatmulSize;
import inkling.core.device.Product;

/// Finds out which of two ways to do the same work is faster on this machine, while the work is being done.
///
/// For what depends on the processor and cannot be asked of it: how far it fetches ahead, or how its caches place
/// lines. Each size of the work is a question of its own. The first calls go both ways in turn; then the way whose
/// best time was shorter is taken, and the other one seldom, since the first calls of a program run before the compiler
/// has done its work. Both ways must give the same result to the last bit, so that time decides nothing else.
///
/// Not thread-safe: for the thread that starts parallel regions.
final class FasterWay {
    /// Calls that go both ways in turn.
    private static final int TRIALS = 8;

    /// Every so many calls the slower way has another chance: a tenth lost there is a five-hundredth in all.
    private static final int RETRIAL = 64;

    /// The same among the first [#RETRIAL] calls, some of which were timed before the compiler had done its work.
    private static final int EARLY_RETRIAL = 16;

    /// Sizes that are remembered; a model has a handful.
    private static final int SIZES = 32;

    /// Makes one number of several. Should two shapes share one, they share an answer.
    private static final long MIX = 0x9E3779B97F4A7C15L;

    private final long[] sizes = new long[SIZES];
    private final int[] calls = new int[SIZES];
    private final long[] best = new long[2 * SIZES];
    private int known;
    private int next;

    /// The work, to be done one of two ways.
    interface Work {
        /// Does it.
        void go(boolean secondWay);
    }

    /// Does a product one of the two ways.
    void go(Product product, MatmulSize size, Work work) {
        long shape = ((size.m() * MIX + size.n()) * MIX + size.k()) * MIX
                + product.name().hashCode();
        int question = question(shape);
        boolean second = takesSecond(question);
        long start = System.nanoTime();
        work.go(second);
        took(question, second, System.nanoTime() - start);
    }

    /// A number for work of this size, to be given to the two methods below before the next question. Where there is
    /// no room for another size, the oldest is forgotten.
    int question(long size) {
        for (int i = 0; i < known; i++) {
            if (sizes[i] == size) {
                return i;
            }
        }
        int question = next;
        next = (next + 1) % SIZES;
        known = Math.max(known, question + 1);
        sizes[question] = size;
        calls[question] = 0;
        best[2 * question] = Long.MAX_VALUE;
        best[2 * question + 1] = Long.MAX_VALUE;
        return question;
    }

    /// True if the next call is to go the second way.
    boolean takesSecond(int question) {
        int call = calls[question];
        if (call < TRIALS) {
            return call % 2 == 1;
        }
        boolean second = best[2 * question + 1] < best[2 * question];
        int distance = call < RETRIAL ? EARLY_RETRIAL : RETRIAL;
        return (call % distance == distance - 1) != second;
    }

    /// Tells what that call took.
    void took(int question, boolean second, long nanos) {
        int way = 2 * question + (second ? 1 : 0);
        best[way] = Math.min(best[way], nanos);
        calls[question] = calls[question] == Integer.MAX_VALUE ? TRIALS : calls[question] + 1;
    }
}
