package inkling.app.command;

import inkling.app.machine.MatmulOptions;
import inkling.app.report.SweepReport;
import inkling.app.terminal.Numbers;
import inkling.app.terminal.Terminal;
import inkling.app.terminal.TextTable;
import inkling.core.accounting.Plan;
import inkling.core.experiment.Sweep;
import inkling.tokenizer.json.JsonValue;
import inkling.tokenizer.json.JsonValue.JsonArray;
import inkling.tokenizer.json.JsonValue.JsonObject;
import inkling.tokenizer.json.JsonWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Trains several models that differ in one thing, and shows their losses side by side.
@Command(
        name = "sweep",
        description = {
            "Train runs that differ in one thing, on the same data, from the same seed, for the same number of tokens;"
                    + " then print their losses side by side and draw their curves (losses.svg in the folder).",
            "Every run is a folder of its own below --out, with report.html and weights. Ctrl-C saves; the same command"
                    + " once more goes on. A run that diverges is a result, not an error.",
            "The options below describe the run that all others differ from (here the default preset is demo)."
        },
        sortOptions = false,
        optionListHeading = "%nOptions:%n",
        footer = {
            "",
            "Examples:",
            "  inkling lab sweep --data stories.txt --out parts",
            "  inkling lab sweep --data stories.txt --out rates --vary lr=0.001,0.01,0.1",
            "  inkling lab sweep --data stories.txt --out batches --vary batch-size=4,64"
        })
public final class SweepCommand implements Callable<Integer> {
    private static final String PARTS = "model=baseline,post-norm,no-norm,nope,silu";
    private static final String PICTURE = "losses.svg";

    private final Terminal terminal;

    @Option(
            names = "--data",
            paramLabel = "FILE",
            required = true,
            description = "Text or .npy token file to train on.")
    @SuppressWarnings("NullAway.Init")
    private Path data;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "The folder of all runs.")
    @SuppressWarnings("NullAway.Init")
    private Path out;

    @Option(
            names = "--vary",
            paramLabel = "NAME=A,B,…",
            description = "What differs: model= (baseline, post-norm, no-norm, nope, silu, tied), lr=, batch-size= or"
                    + " seed=. Several --vary are combined. Default: " + PARTS + ".")
    private List<String> axes = List.of(PARTS);

    @Option(
            names = "--tokenizer",
            paramLabel = "PATH",
            description = "The tokenizer; without one it is trained on the text first.")
    private @Nullable Path tokenizer;

    @Option(names = "--vocab-size", paramLabel = "N", description = "Size of a tokenizer that is trained here.")
    private @Nullable Integer vocabSize;

    @Option(names = "--valid", paramLabel = "FILE", description = "Text or .npy token file to validate on.")
    private @Nullable Path validation;

    @Option(
            names = "--hold-out",
            paramLabel = "N",
            defaultValue = "20",
            description = "Without --valid, one document of N is kept for validation (default ${DEFAULT-VALUE}).")
    private int holdOut;

    @Option(names = "--threads", paramLabel = "N", description = "Threads (default: all processors).")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Mixin
    private MatmulOptions matmul = new MatmulOptions();

    @Mixin
    private TrainOptions options = new TrainOptions();

    /// The command, printing to a terminal.
    public SweepCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        if (holdOut < 2) {
            throw new IllegalArgumentException("--hold-out is " + holdOut + ", expected at least 2");
        }
        if (options.preset == null && options.config == null) {
            options.preset = "demo"; // several runs in the time of one
        }
        int vocabulary = vocabSize != null ? vocabSize : options.vocabularySize();
        Sweep.of(options.config(vocabulary, 0), axes); // refuses bad values before the long work
        var request = new RunPreparation.Request(
                data,
                Optional.ofNullable(validation),
                Optional.ofNullable(tokenizer),
                vocabulary,
                holdOut,
                out,
                threads);
        var runs = new SweepRuns(terminal, request, options, matmul);
        Optional<SweepReport> report = runs.train(axes);
        if (report.isEmpty()) {
            return 0;
        }
        report.get().picture(out.resolve(PICTURE), title());
        print(report.get(), runs.sweep());
        terminal.note("curves     " + out.resolve(PICTURE));
        return 0;
    }

    /// `Training loss by model and lr`.
    private String title() {
        List<String> names = axes.stream().map(axis -> axis.split("=", 2)[0]).toList();
        return "Training loss by " + String.join(" and ", names);
    }

    private void print(SweepReport report, Sweep sweep) {
        List<JsonValue> all = new ArrayList<>();
        TextTable table = new TextTable("", 1)
                .row("run", "parameters", "steps", "tokens", "training loss", "validation loss", "bits/byte", "change");
        double first = report.outcomes().getFirst().validationLoss();
        for (int i = 0; i < report.outcomes().size(); i++) {
            SweepReport.Outcome outcome = report.outcomes().get(i);
            long parameters = Plan.of("", sweep.variants().get(i).config().model())
                    .parameters()
                    .total()
                    .value();
            all.add(json(outcome, parameters));
            double change = outcome.validationLoss() - first;
            table.row(
                    outcome.name(),
                    Numbers.grouped(parameters),
                    Numbers.grouped(outcome.steps()),
                    Numbers.grouped(outcome.tokens()),
                    outcome.diverged() ? "" : figure(outcome.trainingLoss(), 4),
                    outcome.diverged() ? "diverged" : figure(outcome.validationLoss(), 4),
                    figure(outcome.bitsPerByte(), 4),
                    i == 0 || !Double.isFinite(change) ? "" : (change < 0 ? "−" : "+") + figure(Math.abs(change), 4));
        }
        if (json) {
            terminal.out().println(JsonWriter.indented(new JsonArray(all)));
        } else {
            terminal.out().print(table.text());
        }
    }

    private static String figure(double value, int decimals) {
        return Double.isFinite(value) ? Numbers.fixed(value, decimals) : "";
    }

    private static JsonObject json(SweepReport.Outcome outcome, long parameters) {
        JsonObject object = JsonValue.object()
                .with("run", outcome.name())
                .with("parameters", parameters)
                .with("steps", outcome.steps())
                .with("tokens", outcome.tokens())
                .with("diverged", outcome.diverged());
        if (Double.isFinite(outcome.trainingLoss())) {
            object = object.with("training_loss", outcome.trainingLoss());
        }
        return Double.isFinite(outcome.validationLoss())
                ? object.with("validation_loss", outcome.validationLoss()).with("bits_per_byte", outcome.bitsPerByte())
                : object;
    }
}
