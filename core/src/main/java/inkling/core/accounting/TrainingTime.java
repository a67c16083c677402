package inkling.core.accounting;

import java.math.BigInteger;

/// What a whole training run costs: `3 × forward × B × steps` FLOPs at a share of a machine's peak.
///
/// @param batch sequences in a step
/// @param steps optimizer steps
/// @param peakFlops FLOPs per second the machine could do at best
/// @param mfu model FLOPs utilisation: the share of the peak that the run reaches, between 0 and 1
/// @param totalFlops forward and backward, all steps
/// @param tokens tokens seen in all
public record TrainingTime(
        long batch, long steps, double peakFlops, double mfu, BigInteger totalFlops, BigInteger tokens) {
    /// The cost of a run over sequences whose forward pass takes the given products.
    public static TrainingTime of(Products products, long tokensInSequence, Budget budget) {
        BigInteger sequences = BigInteger.valueOf(budget.batch()).multiply(BigInteger.valueOf(budget.steps()));
        BigInteger forward = BigInteger.valueOf(products.total().value());
        return new TrainingTime(
                budget.batch(),
                budget.steps(),
                budget.peakFlops(),
                budget.mfu(),
                forward.multiply(BigInteger.valueOf(3)).multiply(sequences),
                sequences.multiply(BigInteger.valueOf(tokensInSequence)));
    }

    /// Seconds from the first step to the last.
    public double seconds() {
        return totalFlops.doubleValue() / (peakFlops * mfu);
    }

    /// The same in hours.
    public double hours() {
        return seconds() / 3600;
    }

    /// The same in days.
    public double days() {
        return seconds() / 86_400;
    }

    /// Tokens trained on per second.
    public double tokensPerSecond() {
        return tokens.doubleValue() / seconds();
    }
}
