package inkling.core.device.cpu;

import inkling.core.device.KernelChecks.MatmulSize;
import inkling.core.device.Product;

/// Finds out which of two ways to do the same work is faster on this machine, while the work is being done.
///
/// For what depends on the processor and cannot be asked of it: how far it fetches ahead, or how its caches place
/// lines. Each size of the work is a question of its own. The first way is the usual one; now and then two calls go the
/// other way, and once that has shown to be faster it is taken instead. Both ways must give the same result to the last
/// bit, so that time decides nothing else.
///
/// What is compared is the second of those two calls with the last one before them: whatever else the machine does
/// meanwhile, it does to both; and the first pays for the change, since what it needs is in the wrong caches. The
/// logarithms of their ratios are smoothed, so that neither one lucky time nor the first calls of a program, which run
/// before the compiler has done its work, decide for long. (The shortest time of each way was no measure: the way that
/// was taken more often had more chances of a lucky one, and kept its lead: products on two threads were 0.92 to 0.98
/// times as fast as with the right answers.)
///
/// Not thread-safe: for the thread that starts parallel regions.
final class FasterWay {
    /// Every so many calls the slower way has another chance: a tenth lost there is a three-hundredth in all.
    private static final int RETRIAL = 64;

    /// The same among the first [#EARLY] calls, in which the compiler finishes its work.
    private static final int EARLY_RETRIAL = 32;

    private static final int EARLY = 128;

    /// Calls in a row that go the other way.
    private static final int TURN = 2;

    /// The weight of the newest comparison once there are enough; the first ones have equal weights.
    private static final double WEIGHT = 0.25;

    /// So far the second way must lead, as the logarithm of a ratio: less may be chance.
    private static final double MARGIN = 0.03;

    /// The logarithm of a ratio counts as at most so much: something else has held up one of the two.
    private static final double MOST = 0.25;

    /// Sizes that are remembered; a model has a handful.
    private static final int SIZES = 32;

    /// Makes one number of several. Should two shapes share one, they share an answer.
    private static final long MIX = 0x9E3779B97F4A7C15L;

    private final long[] sizes = new long[SIZES];
    private final int[] calls = new int[SIZES];
    private final double[] secondsLead = new double[SIZES];
    private final long[] lastNanos = new long[SIZES];
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
        secondsLead[question] = 0;
        return question;
    }

    /// True if the next call is to go the second way.
    boolean takesSecond(int question) {
        return (secondsLead[question] > MARGIN) != (callsToCome(calls[question]) < TURN);
    }

    /// How many calls come after this one until the other way has had its turn.
    private static int callsToCome(int call) {
        int distance = call < EARLY ? EARLY_RETRIAL : RETRIAL;
        return distance - 1 - call % distance;
    }

    /// Tells what that call took.
    void took(int question, boolean second, long nanos) {
        int toCome = callsToCome(calls[question]);
        if (toCome >= TURN) {
            lastNanos[question] = nanos;
        } else if (toCome == 0) {
            double ratio = Math.log(Math.max(1.0, lastNanos[question]) / Math.max(1.0, nanos));
            double lead = Math.clamp(second ? ratio : -ratio, -MOST, MOST);
            // while they are EARLY, one of so many comparisons
            double equalWeight = (double) EARLY_RETRIAL / (calls[question] + 1);
            secondsLead[question] += Math.max(WEIGHT, equalWeight) * (lead - secondsLead[question]);
        }
        calls[question] = calls[question] == Integer.MAX_VALUE ? EARLY : calls[question] + 1;
    }
}
