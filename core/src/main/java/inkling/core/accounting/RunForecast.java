package inkling.core.accounting;

import inkling.core.device.counting.CountingKernels;
import inkling.core.device.counting.KernelKind;
import inkling.core.nn.StepMemory;
import inkling.core.train.TrainConfig;

/// What a whole training run will take: time by [StepForecast], memory by [RunMemory], FLOPs by the formulas.
///
/// @param step one optimizer step
/// @param seconds all steps, evaluations (a third of a step's time for every token), checkpoints, the JVM's warm-up
/// @param executedFlops matrix products of all steps as this program executes them, by the formula
/// @param mfu FLOPs of the formulas per second as a share of the peak
/// @param memory bytes
public record RunForecast(StepForecast step, double seconds, double executedFlops, double mfu, RunMemory memory) {
    /// Until the kernels are compiled, a run loses about so much time.
    private static final double WARM_UP_SECONDS = 3;

    /// Checkpoints are forced to the disk; this is the speed of a moderate one.
    private static final double DISK_BYTES_PER_SECOND = 5e8;

    /// The forecast of a run on a machine whose rates were measured.
    ///
    /// @param plan the plan of sequences of the batch's length
    /// @param peakFlops FLOPs per second at best
    public static RunForecast of(TrainConfig config, Plan plan, StepForecast step, double peakFlops) {
        TrainConfig.Evaluation evaluation = config.evaluation();
        double evaluated = Math.ceilDiv(config.steps(), evaluation.everySteps()) * (double) evaluation.maxTokens();
        double seconds = config.steps() * step.seconds() + evaluated / (3 * step.tokensPerSecond()) + WARM_UP_SECONDS;
        RunMemory memory = RunMemory.of(config);
        double saved = Math.ceilDiv(config.steps(), config.checkpoints().everySteps())
                * (double) (memory.parameters() + memory.moments());
        double executed = (double) config.steps()
                * Difference.executedFlops(plan, config.batch().sequences());
        return new RunForecast(
                step,
                seconds + saved / DISK_BYTES_PER_SECOND,
                executed,
                step.tokensPerSecond() * plan.trainingFlopsPerToken() / peakFlops,
                memory);
    }

    /// Matrix products of all steps of a run, counted by running one step on the counting device.
    public static double countedFlops(TrainConfig config) {
        TrainConfig.Batch batch = config.batch();
        var counting = new CountingKernels();
        long _ = StepMemory.training(config.model(), batch.sequencesPerMicroBatch(), batch.time(), counting);
        var products = counting.count(KernelKind.MATMUL).plus(counting.count(KernelKind.ATTENTION));
        return (double) products.executedFlops() * batch.microBatches() * config.steps();
    }
}
