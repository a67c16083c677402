package inkling.core.accounting;

/// What a run is allowed: batch, steps, and the machine's rate.
///
/// @param batch sequences in a step
/// @param steps optimizer steps
/// @param peakFlops FLOPs per second at best
/// @param mfu share of the peak that is reached, above 0 and at most 1
public record Budget(long batch, long steps, double peakFlops, double mfu) {
    /// Checks the numbers.
    public Budget {
        atLeastOne("batch size", batch);
        atLeastOne("number of steps", steps);
        if (!(peakFlops > 0) || Double.isInfinite(peakFlops)) {
            throw new IllegalArgumentException("plan: peak is " + peakFlops + " FLOP/s, expected more than 0");
        }
        if (!(mfu > 0) || mfu > 1) {
            throw new IllegalArgumentException("plan: MFU is " + mfu + ", expected more than 0 and at most 1");
        }
    }

    /// Steps needed to see so many tokens; the last one may see a few more.
    public static long stepsFor(long tokens, long batch, long tokensInSequence) {
        atLeastOne("number of tokens", tokens);
        long perStep = Math.multiplyExact(batch, tokensInSequence);
        return Math.ceilDiv(tokens, perStep);
    }

    private static void atLeastOne(String what, long value) {
        if (value < 1) {
            throw new IllegalArgumentException("plan: " + what + " is " + value + ", expected at least 1");
        }
    }
}
