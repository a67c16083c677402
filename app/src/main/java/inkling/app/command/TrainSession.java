package inkling.app.command;

import inkling.app.machine.MachineProfile;
import inkling.app.machine.MatmulOptions;
import inkling.app.report.Comparison;
import inkling.app.report.RunReport;
import inkling.app.terminal.Numbers;
import inkling.app.terminal.Terminal;
import inkling.core.accounting.Quantities;
import inkling.core.accounting.RunForecast;
import inkling.core.device.Kernels;
import inkling.core.train.Checkpoint;
import inkling.core.train.RunFolder;
import inkling.core.train.TrainConfig;
import inkling.core.train.TrainListener;
import inkling.core.train.TrainSetup;
import inkling.core.train.Trainer;
import inkling.tokenizer.Tokenizer;
import inkling.tokenizer.file.Interruption;
import java.io.IOException;
import java.util.OptionalDouble;

/// Trains the run of a folder to its end or to Ctrl-C, shows how it goes, and writes the report.
final class TrainSession {
    private final Terminal terminal;
    private final int threads;
    private final Kernels kernels;
    private final MachineProfile profile;
    private MemoryOptions memory = new MemoryOptions();
    private long stopAfter = Long.MAX_VALUE;
    private OptionalDouble measuredPeak = OptionalDouble.empty();

    /// A session on some threads.
    TrainSession(Terminal terminal, int threads) throws IOException {
        this(terminal, threads, new MatmulOptions());
    }

    /// A session whose matrix products are done as the options say.
    TrainSession(Terminal terminal, int threads, MatmulOptions matmul) throws IOException {
        if (threads < 1) {
            throw new IllegalArgumentException("--threads is " + threads + ", expected at least 1");
        }
        this.terminal = terminal;
        this.threads = threads;
        this.kernels = matmul.kernels(threads);
        matmul.announce(terminal);
        this.profile = new MachineProfile(terminal, matmul);
    }

    /// Ends this session after so many steps, as Ctrl-C would; 0 for the end of the run.
    TrainSession stopAfter(long steps) {
        stopAfter = steps == 0 ? Long.MAX_VALUE : steps;
        return this;
    }

    /// Checks runs against this memory.
    TrainSession within(MemoryOptions checked) {
        memory = checked;
        return this;
    }

    /// Of this machine, which is measured if that was not done before: not earlier than needed, since a run that does
    /// not fit is refused at once.
    private double peakFlopsPerSecond() {
        if (measuredPeak.isEmpty()) {
            measuredPeak = OptionalDouble.of(profile.machine().peak(threads));
        }
        return measuredPeak.getAsDouble();
    }

    /// The memory that runs must fit into.
    MemoryOptions memory() {
        return memory;
    }

    /// How many steps fit into a time on this machine.
    long stepsFor(double minutes, RunFolder trial, Tokenizer tokenizer) throws IOException {
        terminal.note("measuring how many steps fit into " + Numbers.duration(60 * minutes) + " ...");
        return new SpeedTrial(setup(trial.config().training()), TokenSizes.of(tokenizer)).stepsFor(minutes, trial);
    }

    /// Trains; returns false if Ctrl-C ended it before its last step. The end of the program waits until all is saved
    /// and said.
    boolean train(RunFolder folder) throws IOException {
        try (Interruption interruption = Interruption.hold()) {
            return train(folder, interruption);
        }
    }

    private boolean train(RunFolder folder, Interruption interruption) throws IOException {
        TrainConfig config = folder.config().training();
        Tokenizer tokenizer = folder.tokenizer();
        describe(folder, config);
        RunForecast forecast = profile.forecastRun(config, threads);
        terminal.note("forecast   " + Numbers.scaled(forecast.step().tokensPerSecond()) + " tokens/s, "
                + Numbers.duration(forecast.seconds()) + " for the whole run");
        terminal.note("");
        Outcome outcome = new Outcome();
        long steps = run(folder, tokenizer, interruption, outcome);
        if (steps < config.steps()) {
            terminal.note("stopped after step " + Numbers.grouped(steps) + "; everything is saved");
            terminal.note("go on with: inkling train --resume " + folder.path());
            return false;
        }
        Checkpoint best = folder.bestCheckpoint();
        if (outcome.hasSteps()) {
            double flops = new TrainCost(config).flopsPerToken();
            outcome.beside(forecast, config, peakFlopsPerSecond(), flops).save(folder);
        }
        Comparison comparison = Comparison.read(folder);
        RunReport.write(folder, new RunReport.Machine(kernels.name(), peakFlopsPerSecond()));
        terminal.note("");
        terminal.note("trained " + Numbers.grouped(steps) + " steps"
                + describe(best.facts().validationLoss()));
        terminal.note("");
        if (!comparison.rows().isEmpty()) {
            terminal.note(comparison.table());
        }
        if (outcome.hasSteps() && outcome.beats(forecast)) {
            profile.forget();
        }
        terminal.note("report     " + folder.path().resolve(RunReport.PAGE));
        terminal.note("weights    " + best.folder().resolve("model.safetensors"));
        return true;
    }

    /// Trains with nothing but a listener and writes the report; returns false if Ctrl-C ended it before its last step.
    boolean train(RunFolder folder, TrainListener listener, Interruption interruption) throws IOException {
        TrainConfig config = folder.config().training();
        int[] sizes = TokenSizes.of(folder.tokenizer());
        try (Trainer trainer = Trainer.open(folder, setup(config), sizes, listener)) {
            interruption.whenRequested(trainer::requestStop);
            if (trainer.run() < config.steps()) {
                return false;
            }
        }
        RunReport.write(folder, new RunReport.Machine(kernels.name(), peakFlopsPerSecond()));
        return true;
    }

    private long run(RunFolder folder, Tokenizer tokenizer, Interruption interruption, Outcome outcome)
            throws IOException {
        TrainConfig config = folder.config().training();
        try (var table = new TrainTable(terminal, config.steps(), outcome);
                Trainer trainer = Trainer.open(folder, setup(config), TokenSizes.of(tokenizer), table)) {
            interruption.whenRequested(() -> {
                terminal.note("\nstopping after this step ...");
                trainer.requestStop();
            });
            long before = trainer.completedSteps();
            if (before > 0) {
                terminal.note("going on from step " + Numbers.grouped(before));
            }
            table.begin();
            table.stopAfter(stopAfter, trainer::requestStop);
            long begun = System.nanoTime();
            long steps = trainer.run();
            outcome.finished(trainer, (System.nanoTime() - begun) / 1e9);
            return steps;
        }
    }

    private TrainSetup setup(TrainConfig config) {
        double flops = new TrainCost(config).flopsPerToken();
        return new TrainSetup(kernels, System::nanoTime, flops, OptionalDouble.of(peakFlopsPerSecond()));
    }

    private void describe(RunFolder folder, TrainConfig config) {
        var cost = new TrainCost(config);
        double peak = peakFlopsPerSecond();
        terminal.note("");
        terminal.note("run        " + folder.path());
        terminal.note("model      " + cost.model());
        terminal.note("training   " + Numbers.grouped(config.steps()) + " steps of "
                + config.batch().sequences() + " x "
                + config.batch().time() + " tokens: " + Numbers.scaled(config.steps() * (double) config.tokensPerStep())
                + " tokens");
        terminal.note("machine    " + kernels.name() + ", " + Quantities.flops(peak) + "/s peak, measured");
    }

    private static String describe(OptionalDouble loss) {
        return loss.isEmpty()
                ? ""
                : ": validation loss " + Numbers.fixed(loss.getAsDouble(), 4) + ", perplexity "
                        + Numbers.fixed(Math.exp(loss.getAsDouble()), 2);
    }
}
