package inkling.app.command;

import inkling.core.train.RunFolder;
import inkling.core.train.StepReport;
import inkling.core.train.TrainListener;
import inkling.core.train.TrainSetup;
import inkling.core.train.Trainer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Trains for up to twenty seconds, at most a tenth of the time in question, to find how fast a configuration runs on
/// this machine.
final class SpeedTrial implements TrainListener {
    /// In half of it the compiler is done; with 8 seconds it was not, and runs took two thirds of their time.
    private static final double LONGEST_SECONDS = 20;
    private static final double SHARE_FOR_TRIAL = 0.1;
    private static final int TRIAL_STEPS = 6;
    private static final int FEWEST_STEPS = 10;
    /// The rest of the time goes into evaluations and checkpoints.
    private static final double SHARE_FOR_STEPS = 0.88;
    /// Slower than three quarters of the trial's steps: a machine that others share slows down more often than it
    /// speeds up, and a run that ends early is no harm.
    private static final double QUANTILE = 0.25;

    private final TrainSetup setup;
    private final int[] tokenBytes;
    private final List<Double> rates = new ArrayList<>();
    private Runnable stop = () -> {};
    private double seconds = LONGEST_SECONDS;

    SpeedTrial(TrainSetup setup, int[] tokenBytes) {
        this.setup = setup;
        this.tokenBytes = tokenBytes;
    }

    /// How many steps of the run's configuration fit into a time.
    long stepsFor(double minutes, RunFolder trial) throws IOException {
        seconds = Math.min(LONGEST_SECONDS, SHARE_FOR_TRIAL * 60 * minutes);
        try (Trainer trainer = Trainer.open(trial, setup, tokenBytes, this)) {
            stop = trainer::requestStop;
            trainer.run();
        }
        List<Double> warm =
                rates.subList(rates.size() / 2, rates.size()).stream().sorted().toList();
        double tokensPerSecond = warm.get((int) (QUANTILE * warm.size()));
        double tokens = SHARE_FOR_STEPS * 60 * minutes * tokensPerSecond;
        return Math.max(
                FEWEST_STEPS, Math.round(tokens / trial.config().training().tokensPerStep()));
    }

    @Override
    public void step(StepReport report) {
        rates.add(report.tokensPerSecond());
        if (report.wallSeconds() > seconds && rates.size() >= TRIAL_STEPS) {
            stop.run();
        }
    }
}
