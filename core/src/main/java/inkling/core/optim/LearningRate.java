package inkling.core.optim;

/// How the learning rate changes over a run.
public sealed interface LearningRate {
    /// The learning rate at `t`. Training uses `at(s + 1)` in step `s` counted from 0, so that the first step of a
    /// warm-up is not lost on a rate of zero.
    double at(long t);

    /// Always the same.
    ///
    /// @param rate `lr`
    record Constant(double rate) implements LearningRate {
        /// Checks the rate.
        public Constant {
            requireRate(rate);
        }

        @Override
        public double at(long t) {
            return rate;
        }
    }

    /// Rises linearly to `max`, falls along half a cosine to `min`, stays there.
    ///
    /// ```
    /// t < warmup    t/warmup · max
    /// t < cycle     min + ½(1 + cos(π·(t − warmup)/(cycle − warmup)))·(max − min)
    /// else          min
    /// ```
    ///
    /// @param max highest rate, reached at `t = warmup`
    /// @param min last rate, reached at `t = cycle`
    /// @param warmup steps of the rise
    /// @param cycle steps of rise and fall together
    record WarmupCosine(double max, double min, long warmup, long cycle) implements LearningRate {
        /// Checks the ranges.
        public WarmupCosine {
            requireRate(max);
            requireRate(min);
            if (min > max || warmup < 0 || cycle < warmup) {
                throw new IllegalArgumentException("learning rate: min " + min + ", max " + max + ", warm-up " + warmup
                        + ", cycle " + cycle + "; expected min ≤ max and 0 ≤ warm-up ≤ cycle");
            }
        }

        @Override
        public double at(long t) {
            if (t < warmup) {
                return (double) t / warmup * max;
            }
            if (t < cycle) {
                double progress = (double) (t - warmup) / (cycle - warmup);
                return min + 0.5 * (1 + Math.cos(Math.PI * progress)) * (max - min);
            }
            return min;
        }
    }

    private static void requireRate(double rate) {
        if (!(rate >= 0 && rate < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("learning rate: found " + rate + ", expected a number of at least 0");
        }
    }
}
