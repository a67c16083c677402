package inkling.app.command;

import inkling.app.machine.MatmulOptions;
import inkling.app.report.SweepReport;
import inkling.app.terminal.Numbers;
import inkling.app.terminal.ProgressLine;
import inkling.app.terminal.Terminal;
import inkling.core.experiment.Sweep;
import inkling.core.train.DivergenceException;
import inkling.core.train.RunFolder;
import inkling.core.train.StepReport;
import inkling.core.train.TrainListener;
import inkling.tokenizer.file.Interruption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Trains the runs of a sweep one after the other, each in a folder below one that holds them all.
///
/// A run that is there already is taken as it is when complete, and resumed when not.
final class SweepRuns {
    private final Terminal terminal;
    private final RunPreparation.Request request;
    private final TrainOptions options;
    private final MatmulOptions matmul;
    private @Nullable Sweep sweep;
    private @Nullable RunFolder first;

    /// Runs in the folder that the request names.
    SweepRuns(Terminal terminal, RunPreparation.Request request, TrainOptions options, MatmulOptions matmul) {
        this.terminal = terminal;
        this.request = request;
        this.options = options;
        this.matmul = matmul;
    }

    /// The sweep for the vocabulary of the tokenizer in use, once the runs are there.
    Sweep sweep() {
        if (sweep == null) {
            throw new IllegalStateException("the sweep is known after its first run was prepared");
        }
        return sweep;
    }

    /// Trains all; empty if Ctrl-C ended it.
    Optional<SweepReport> train(List<String> axes) throws IOException {
        Sweep planned = prepared(axes);
        try (Interruption interruption = Interruption.hold()) {
            return train(planned, interruption);
        }
    }

    private Optional<SweepReport> train(Sweep planned, Interruption interruption) throws IOException {
        var session = new TrainSession(terminal, request.threads(), matmul);
        var report = new SweepReport();
        for (int i = 0; i < planned.variants().size(); i++) {
            Sweep.Variant variant = planned.variants().get(i);
            String title = variant.name() + " (" + (i + 1) + " of "
                    + planned.variants().size() + ")";
            RunFolder folder = folder(variant);
            boolean diverged = false;
            try (var progress = new Progress(terminal, title)) {
                if (!session.train(folder, progress, interruption)) {
                    terminal.note("stopped in " + folder.path() + "; everything is saved, the same command goes on");
                    return Optional.empty();
                }
            } catch (DivergenceException e) {
                diverged = true;
                terminal.note(variant.name() + ": " + e.getMessage());
            }
            SweepReport.Outcome outcome = report.add(variant.name(), folder, diverged);
            terminal.note(title + "  training loss " + Numbers.fixed(outcome.trainingLoss(), 4));
        }
        return Optional.of(report);
    }

    /// Makes the first run, which decides the tokenizer, where it is not there yet.
    private Sweep prepared(List<String> axes) throws IOException {
        Files.createDirectories(request.run());
        String name = Sweep.of(options.config(request.vocabularySize(), 0), axes)
                .variants()
                .getFirst()
                .name();
        Path run = path(name);
        if (Files.exists(run.resolve("config.json"))) {
            first = RunFolder.open(run);
            int vocabulary = first.config().training().model().vocabularySize();
            sweep = Sweep.of(options.config(vocabulary, 0), axes);
            return sweep;
        }
        try (RunPreparation preparation = RunPreparation.begin(terminal, in(run))) {
            sweep = Sweep.of(options.config(preparation.tokenizer().vocabularySize(), 0), axes);
            preparation.encode();
            first = preparation.finish(sweep.variants().getFirst().config());
            return sweep;
        }
    }

    private RunPreparation.Request in(Path run) {
        return new RunPreparation.Request(
                request.data(),
                request.validation(),
                request.tokenizer(),
                request.vocabularySize(),
                request.heldOut(),
                run,
                request.threads());
    }

    private RunFolder folder(Sweep.Variant variant) throws IOException {
        Path run = path(variant.name());
        if (!Files.exists(run.resolve("config.json")) && first != null) {
            return RunPreparation.like(first, variant.config(), run);
        }
        RunFolder folder = RunFolder.open(run);
        if (!folder.config().training().equals(variant.config())) {
            throw new IOException(run + ": there is a run with other settings in this folder; choose another --out");
        }
        return folder;
    }

    private Path path(String name) {
        return request.run().resolve(name.replace(", ", "_").replace(' ', '-'));
    }

    /// Shows how far a run has come.
    private static final class Progress implements TrainListener, AutoCloseable {
        private final ProgressLine line;

        Progress(Terminal terminal, String title) {
            this.line = new ProgressLine(terminal, title);
        }

        @Override
        public void step(StepReport report) {
            line.update("step " + Numbers.grouped(report.step()) + " of " + Numbers.grouped(report.totalSteps())
                    + "  loss " + Numbers.fixed(report.loss(), 4) + "  " + Numbers.scaled(report.tokensPerSecond())
                    + " tokens/s");
        }

        @Override
        public void close() {
            line.close();
        }
    }
}
