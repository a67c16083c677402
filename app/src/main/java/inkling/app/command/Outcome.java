package inkling.app.command;

import inkling.app.report.Comparison;
import inkling.app.terminal.Numbers;
import inkling.core.accounting.ProcessMemory;
import inkling.core.accounting.ProcessorUse;
import inkling.core.accounting.RunForecast;
import inkling.core.train.StepReport;
import inkling.core.train.TrainConfig;
import inkling.core.train.Trainer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// What a training has shown of its speed, time and memory, to stand beside what was predicted.
final class Outcome {
    /// Errors in percent that PERFORMANCE.md states and shows, for a machine that runs nothing else.
    private static final int PROCESS_ERROR = 10;

    private static final int SPEED_ERROR = 30;
    private static final int HOURS_ERROR = 40;
    private static final double SETTLED_SECONDS = 10;
    /// Others' share of the processors up to which the stated errors of speed and time hold.
    private static final double ALONE = 0.1;
    /// The fastest tenth of the steps over the slowest up to which they hold as well: nobody can foretell the speed of
    /// processors that a host lends to others now and then.
    private static final double STEADY = 1.5;

    private double[] rates = new double[64];
    private int steps;
    private double seconds;
    private long heldBytes;
    private OptionalLong processBytes = OptionalLong.empty();
    private final ProcessorUse processors = new ProcessorUse();
    private OptionalDouble byOthers = OptionalDouble.empty();

    /// Takes note of a step.
    void step(StepReport report) {
        if (steps == rates.length) {
            rates = Arrays.copyOf(rates, 2 * steps);
        }
        rates[steps++] = report.tokensPerSecond();
    }

    /// Takes note of time and memory, before the trainer is closed.
    void finished(Trainer trainer, double wallSeconds) {
        seconds = wallSeconds;
        heldBytes = trainer.heldBytes();
        processBytes = new ProcessMemory().held();
        byOthers = processors.byOthers();
    }

    /// True if a step was made; a run that was finished before shows nothing new.
    boolean hasSteps() {
        return steps > 0;
    }

    /// The speed that a share of the steps did not reach; the median for one half.
    private double tokensPerSecond(double share) {
        double[] sorted = Arrays.copyOf(rates, steps);
        Arrays.sort(sorted);
        return sorted[(int) (share * steps)];
    }

    /// True if the run was faster than the stated error allows. Others can only slow a run down, so it was predicted
    /// from figures that were measured at a bad moment.
    boolean beats(RunForecast forecast) {
        return tokensPerSecond(0.5)
                > (1 + SPEED_ERROR / 100.0) * forecast.step().tokensPerSecond();
    }

    /// Everything beside its prediction; time only where the whole run was one session.
    Comparison beside(RunForecast forecast, TrainConfig config, double peakFlops, double flopsPerToken) {
        List<Comparison.Row> rows = new ArrayList<>();
        long tensors = forecast.memory().allocatedBytes() - forecast.memory().tables();
        rows.add(Comparison.Row.of("bytes of tensors", tensors, heldBytes, 0, Numbers::bytes));
        if (processBytes.isPresent()) {
            rows.add(Comparison.Row.of(
                    "bytes of the process",
                    forecast.memory().totalBytes(),
                    processBytes.getAsLong(),
                    PROCESS_ERROR,
                    Numbers::bytes));
        }
        rows.add(Comparison.Row.of(
                "FLOPs, by formula and counted",
                forecast.executedFlops(),
                RunForecast.countedFlops(config),
                0,
                Numbers::scaled));
        double speed = tokensPerSecond(0.5);
        double predictedSpeed = forecast.step().tokensPerSecond();
        int speedError = stated(SPEED_ERROR);
        rows.add(Comparison.Row.of("tokens/s", predictedSpeed, speed, speedError, excuse(), Numbers::scaled));
        rows.add(new Comparison.Row(
                "tokens/s, slowest and fastest tenth of the steps",
                "",
                Numbers.scaled(tokensPerSecond(0.1)) + " and " + Numbers.scaled(tokensPerSecond(0.9)),
                ""));
        if (steps == config.steps()) {
            double predicted = forecast.seconds() / 3600;
            int error = stated(HOURS_ERROR);
            rows.add(Comparison.Row.of("hours", predicted, seconds / 3600, error, excuse(), Outcome::hours));
        }
        double mfu = speed * flopsPerToken / peakFlops;
        rows.add(Comparison.Row.of(
                "MFU", forecast.mfu(), mfu, speedError, excuse(), share -> Numbers.fixed(100 * share, 1) + " %"));
        byOthers.ifPresent(share ->
                rows.add(new Comparison.Row("processors used by others", "0 %", Math.round(100 * share) + " %", "")));
        return new Comparison(List.copyOf(rows));
    }

    /// The stated error of speed or time, where there is one.
    private int stated(int percent) {
        return seconds < SETTLED_SECONDS ? Comparison.TOO_SHORT : percent;
    }

    /// What may explain a speed or a time beyond the stated error; empty where the machine was alone and steady.
    private String excuse() {
        if (byOthers.orElse(0) > ALONE) {
            return "on a shared machine";
        }
        return tokensPerSecond(0.9) > STEADY * tokensPerSecond(0.1) ? "on an unsteady machine" : "";
    }

    private static String hours(double hours) {
        return Numbers.fixed(hours, hours < 1 ? 4 : 2) + " (" + Numbers.duration(3600 * hours) + ")";
    }
}
