package inkling.app.report;

import inkling.app.report.Series.Point;
import inkling.app.report.Series.Style;
import inkling.app.terminal.Numbers;
import inkling.core.accounting.Plan;
import inkling.core.train.RunFolder;
import inkling.core.train.StepMemory;
import inkling.core.train.TrainConfig;
import inkling.core.train.TrainConfigJson;
import inkling.tokenizer.file.ReplacedFile;
import inkling.tokenizer.json.JsonWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/// Writes `report.html` and `loss.svg` into a run folder.
public final class RunReport {
    /// The page's file name.
    public static final String PAGE = "report.html";
    /// The picture's file name.
    public static final String PICTURE = "loss.svg";
    /// Where a text of the model lies that the page quotes, if there is one.
    public static final String SAMPLE = "sample.txt";

    private static final double SMOOTHING_SHARE = 0.02;

    private final RunFolder folder;
    private final RunMetrics metrics;
    private final Machine machine;

    /// What the run ran on.
    ///
    /// @param name device, threads, vector width
    /// @param peakFlopsPerSecond measured peak
    public record Machine(String name, double peakFlopsPerSecond) {}

    private RunReport(RunFolder folder, RunMetrics metrics, Machine machine) {
        this.folder = folder;
        this.metrics = metrics;
        this.machine = machine;
    }

    /// Writes both files from the run's configuration and metrics.
    public static void write(RunFolder folder, Machine machine) throws IOException {
        RunMetrics metrics = RunMetrics.read(folder.metricsFile());
        var report = new RunReport(folder, metrics, machine);
        save(folder.path().resolve(PICTURE), report.loss("step", "steps", false).file());
        save(folder.path().resolve(PAGE), report.page());
    }

    private static void save(Path file, String text) throws IOException {
        try (ReplacedFile target = ReplacedFile.create(file)) {
            target.stream().write(text.getBytes(StandardCharsets.UTF_8));
            target.commit();
        }
    }

    private String page() throws IOException {
        Path path = folder.path().toAbsolutePath().normalize();
        String title = "Run " + path.subpath(Math.max(0, path.getNameCount() - 2), path.getNameCount());
        var page = new Page(title);
        page.tiles(summary());
        Map<String, LineChart> views = new LinkedHashMap<>();
        views.put("by step", loss("step", "steps", false));
        views.put("by token", loss("tokens", "tokens", false));
        views.put("by time", loss("seconds", "seconds", false));
        views.put("logarithmic", loss("step", "steps (logarithmic)", true).withLogarithmicY());
        page.charts("Loss", views);
        page.charts("Learning rate", Map.of("", single("Learning rate", RunMetrics.Row::learningRate)));
        page.charts(
                "Gradient norm",
                Map.of("", single("Norm of the gradient before clipping", RunMetrics.Row::gradientNorm)));
        page.charts("Speed", Map.of("", single("Tokens per second", RunMetrics.Row::tokensPerSecond)));
        Comparison comparison = Comparison.read(folder);
        if (!comparison.rows().isEmpty()) {
            page.table(
                    "Predicted before the run, measured in it",
                    List.of("", "predicted", "measured", "difference"),
                    comparison.rows().stream()
                            .map(row -> List.of(row.what(), row.predicted(), row.measured(), row.difference()))
                            .toList());
        }
        page.table("Model and machine", List.of("", "planned", "measured"), comparison());
        Optional<String> sample = sample();
        if (sample.isPresent()) {
            page.text("What the model writes", sample.get());
        }
        page.code(
                "Configuration",
                JsonWriter.indented(TrainConfigJson.write(folder.config().training())));
        page.note(
                "Written by inkling from metrics.jsonl and config.json of the run. Nothing is fetched from anywhere.");
        return page.html();
    }

    private Map<String, String> summary() {
        Map<String, String> tiles = new LinkedHashMap<>();
        if (metrics.rows().isEmpty()) {
            return tiles;
        }
        RunMetrics.Row last = metrics.rows().getLast();
        double best = Double.NaN;
        double bits = Double.NaN;
        for (RunMetrics.Row row : metrics.rows()) {
            if (!Double.isNaN(row.validationLoss()) && !(row.validationLoss() >= best)) {
                best = row.validationLoss();
                bits = row.bitsPerByte();
            }
        }
        if (!Double.isNaN(best)) {
            tiles.put("best validation loss", Numbers.fixed(best, 4));
            tiles.put("perplexity", Numbers.fixed(Math.exp(best), 2));
            tiles.put("bits per byte", Numbers.fixed(bits, 3));
        }
        tiles.put("steps", Numbers.grouped((long) last.step()));
        tiles.put("tokens seen", Numbers.scaled(last.tokens()));
        tiles.put("time", Numbers.duration(last.seconds()));
        tiles.put("tokens per second", Numbers.scaled(medianSpeed()));
        return tiles;
    }

    private double medianSpeed() {
        List<Double> rates = metrics.rows().stream()
                .map(RunMetrics.Row::tokensPerSecond)
                .sorted()
                .toList();
        return rates.isEmpty() ? Double.NaN : rates.get(rates.size() / 2);
    }

    private LineChart loss(String axis, String label, boolean logarithmic) {
        ToDoubleFunction<RunMetrics.Row> x = switch (axis) {
            case "tokens" -> RunMetrics.Row::tokens;
            case "seconds" -> RunMetrics.Row::seconds;
            default -> RunMetrics.Row::step;
        };
        List<Point> raw = points(x, RunMetrics.Row::loss);
        List<Series> series = new ArrayList<>();
        series.add(new Series("", Style.FAINT, raw));
        series.add(new Series("training", Style.MAIN, Series.smoothed(raw, SMOOTHING_SHARE)));
        List<Point> validation = points(x, RunMetrics.Row::validationLoss);
        if (!validation.isEmpty()) {
            series.add(new Series("validation", Style.DOTTED, validation));
        }
        return LineChart.of("Loss in nats per token", label, logarithmic, "loss", series);
    }

    private LineChart single(String title, ToDoubleFunction<RunMetrics.Row> y) {
        List<Point> raw = points(RunMetrics.Row::step, y);
        return LineChart.of(title, "steps", false, "", List.of(new Series("", Style.MAIN, raw)));
    }

    private List<Point> points(ToDoubleFunction<RunMetrics.Row> x, ToDoubleFunction<RunMetrics.Row> y) {
        return metrics.rows().stream()
                .filter(row -> Double.isFinite(y.applyAsDouble(row)))
                .map(row -> new Point(x.applyAsDouble(row), y.applyAsDouble(row)))
                .toList();
    }

    private List<List<String>> comparison() {
        TrainConfig config = folder.config().training();
        Plan plan = Plan.of("run", config.model());
        double flops = plan.trainingFlopsPerToken();
        double speed = medianSpeed();
        double peak = machine.peakFlopsPerSecond();
        long parameters = plan.parameters().total().value();
        return List.of(
                List.of("parameters", Numbers.grouped(parameters), ""),
                List.of("training FLOPs per token", Numbers.scaled(flops), ""),
                List.of("activations of a step", "", Numbers.bytes(StepMemory.training(config))),
                List.of(
                        "tokens per second",
                        Numbers.scaled(peak / flops) + " at the machine's peak",
                        Numbers.scaled(speed)),
                List.of("FLOP/s", Numbers.scaled(peak) + " measured peak", Numbers.scaled(speed * flops)),
                List.of("MFU", "100 %", Math.round(100 * speed * flops / peak) + " %"),
                List.of("machine", "", machine.name()));
    }

    private Optional<String> sample() throws IOException {
        Path file = folder.path().resolve(SAMPLE);
        return Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.empty();
    }
}
