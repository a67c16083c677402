package inkling.core.accounting;

import inkling.core.nn.ModelConfig;
import java.util.OptionalInt;

/// Whether a training run fits into memory, and what to do where it does not.
///
/// @param neededBytes parameters, gradients, moments and the step arena at the asked micro-batch
/// @param freeBytes what there is
/// @param batch sequences in an optimizer step
/// @param advice the most sequences at once that divide the batch and fit; empty where none do or none is needed
public record FitCheck(long neededBytes, long freeBytes, int batch, OptionalInt advice) {
    /// Checks a configuration: `batch` sequences in an optimizer step, `microBatch` of them computed at once.
    public static FitCheck of(ModelConfig config, int batch, int microBatch, long freeBytes) {
        if (batch < 1 || microBatch < 1 || batch % microBatch != 0) {
            throw new IllegalArgumentException(
                    "fit check: micro-batch " + microBatch + " does not divide the batch size " + batch);
        }
        long needed = needed(config, microBatch);
        OptionalInt advice = OptionalInt.empty();
        if (needed > freeBytes) {
            for (int smaller = microBatch - 1; smaller >= 1 && advice.isEmpty(); smaller--) {
                if (batch % smaller == 0 && needed(config, smaller) <= freeBytes) {
                    advice = OptionalInt.of(smaller);
                }
            }
        }
        return new FitCheck(needed, freeBytes, batch, advice);
    }

    private static long needed(ModelConfig config, int microBatch) {
        return ProgramCount.of(config, microBatch).totalBytes();
    }

    /// True where it fits.
    public boolean fits() {
        return neededBytes <= freeBytes;
    }

    /// One sentence for people: `fits: …` or `does not fit: …; use --micro-batches 8`, the number of parts of a batch.
    public String sentence() {
        String amounts = Quantities.gigabytes(neededBytes) + " needed, " + Quantities.gigabytes(freeBytes) + " free";
        if (fits()) {
            return "fits: " + amounts;
        }
        return "does not fit: " + amounts + "; "
                + (advice.isPresent()
                        ? "use --micro-batches " + batch / advice.getAsInt()
                        : "not even one sequence at a time does; use a smaller model or a shorter context");
    }
}
