package inkling.core.device.cpu;

/// Multiplications and additions in a plain loop over values in the nearest cache, which the compiler turns into
/// vectors by itself: the most that [ScalarKernels] can hope for.
///
/// Eight of each for every value loaded and stored, so that loading and storing do not count.
final class ScalarPeak {
    /// Small enough for the nearest cache.
    static final int VALUES = 512;
    /// Of one pass.
    static final int FLOPS_PER_ROUND = 16 * VALUES;

    private ScalarPeak() {}

    /// Eight times `x ← x·factor + addend` for every value.
    static void multiplyAdds(float[] values, float factor, float addend) {
        for (int i = 0; i < values.length; i++) {
            float x = values[i];
            x = x * factor + addend;
            x = x * factor + addend;
            x = x * factor + addend;
            x = x * factor + addend;
            x = x * factor + addend;
            x = x * factor + addend;
            x = x * factor + addend;
            x = x * factor + addend;
            values[i] = x;
        }
    }
}
