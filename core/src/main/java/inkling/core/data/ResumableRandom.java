package inkling.core.data;

import java.util.random.RandomGenerator;

/// SplitMix64: random numbers whose whole state is one number that can be saved and restored.
///
/// @see <a href="https://doi.org/10.1145/2660193.2660195">Steele, Lea and Flood, 2014</a>
public final class ResumableRandom implements RandomGenerator {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private long state;

    /// Starts from a seed, or goes on from an earlier [#state()].
    public ResumableRandom(long state) {
        this.state = state;
    }

    /// The state from which a new generator would go on exactly as this one.
    public long state() {
        return state;
    }

    @Override
    public long nextLong() {
        state += GOLDEN_GAMMA;
        long z = state;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
