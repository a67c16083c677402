package inkling.core.accounting;

import inkling.core.nn.ModelConfig;
import inkling.core.train.TrainConfig;

/// Whether a training run fits into memory, and what to do where it does not.
///
/// @param neededBytes what [RunMemory] says; [Long#MAX_VALUE] where a micro-batch is beyond what tensors can hold
/// @param freeBytes what there is
/// @param advice what helps; nothing where it fits
public record FitCheck(long neededBytes, long freeBytes, Advice advice) {
    /// What to change so that a run fits.
    public sealed interface Advice {
        /// It fits as it is.
        record Nothing() implements Advice {}

        /// More parts of a batch, one after the other; the result is the same but for rounding.
        ///
        /// @param parts number of micro-batches
        record MicroBatches(int parts) implements Advice {}

        /// Shorter sequences, one at a time.
        ///
        /// @param contextLength tokens in a sequence
        /// @param parts number of micro-batches
        record ShorterContext(int contextLength, int parts) implements Advice {}

        /// Only another model helps.
        ///
        /// @param fixedBytes what this one takes without activations
        record SmallerModel(long fixedBytes) implements Advice {}
    }

    /// Checks a training run against so many free bytes.
    public static FitCheck of(TrainConfig config, long freeBytes) {
        long needed = needed(config);
        return new FitCheck(needed, freeBytes, needed <= freeBytes ? new Advice.Nothing() : advice(config, freeBytes));
    }

    private static Advice advice(TrainConfig config, long freeBytes) {
        TrainConfig.Batch batch = config.batch();
        for (int parts = batch.microBatches() + 1; parts <= batch.sequences(); parts++) {
            if (batch.sequences() % parts == 0 && fits(config, batch.time(), parts, freeBytes)) {
                return new Advice.MicroBatches(parts);
            }
        }
        for (int time = Integer.highestOneBit(batch.time() - 1); time > 0; time /= 2) {
            if (fits(config, time, batch.sequences(), freeBytes)) {
                return new Advice.ShorterContext(time, batch.sequences());
            }
        }
        RunMemory least = RunMemory.of(shaped(config, 1, batch.sequences()));
        return new Advice.SmallerModel(least.totalBytes() - least.trainingArena() - least.evaluationArena());
    }

    private static boolean fits(TrainConfig config, int time, int parts, long freeBytes) {
        return needed(shaped(config, time, parts)) <= freeBytes;
    }

    private static TrainConfig shaped(TrainConfig config, int time, int parts) {
        ModelConfig model = time < config.batch().time() ? config.model().withContextLength(time) : config.model();
        return config.with(model, new TrainConfig.Batch(config.batch().sequences(), time, parts));
    }

    private static long needed(TrainConfig config) {
        try {
            return RunMemory.of(config).totalBytes();
        } catch (ArithmeticException _) {
            return Long.MAX_VALUE; // more tokens at once than a tensor has rows
        }
    }

    /// True where it fits.
    public boolean fits() {
        return neededBytes <= freeBytes;
    }

    /// One sentence for people, such as `does not fit: 31.0 GB needed, 22.0 GB free; use --micro-batches 8`.
    public String sentence() {
        String needed = neededBytes == Long.MAX_VALUE
                ? "more than this program can address"
                : Quantities.gigabytes(neededBytes);
        String amounts = needed + " needed, " + Quantities.gigabytes(freeBytes) + " free";
        return switch (advice) {
            case Advice.Nothing() -> "fits: " + amounts;
            case Advice.MicroBatches(int parts) -> "does not fit: " + amounts + "; use --micro-batches " + parts;
            case Advice.ShorterContext(int time, int parts) ->
                "does not fit: " + amounts + "; use --context-length " + time + " --micro-batches " + parts;
            case Advice.SmallerModel(long fixed) ->
                "does not fit: " + amounts + "; use a smaller model: this one takes " + Quantities.gigabytes(fixed)
                        + " before the first token";
        };
    }
}
