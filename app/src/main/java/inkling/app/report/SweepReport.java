package inkling.app.report;

import inkling.app.report.RunMetrics.Row;
import inkling.app.report.Series.Point;
import inkling.app.report.Series.Style;
import inkling.core.train.RunFolder;
import inkling.tokenizer.file.ReplacedFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// What came out of several runs side by side: figures of each, and a picture of their loss curves.
public final class SweepReport {
    private static final double SMOOTHING_SHARE = 0.05;
    /// How far above the first losses the picture goes; what lies higher runs along its upper edge.
    private static final double ROOM_ABOVE_START = 1.1;

    private final List<Outcome> outcomes = new ArrayList<>();

    /// One run.
    ///
    /// @param name what differs
    /// @param steps steps made
    /// @param tokens tokens seen
    /// @param trainingLoss mean training loss of the last twentieth of its steps
    /// @param validationLoss the last one; NaN without one
    /// @param bitsPerByte that loss for each byte of text
    /// @param diverged whether a loss or gradient was not finite, which ends a run
    /// @param losses training loss over tokens
    public record Outcome(
            String name,
            long steps,
            long tokens,
            double trainingLoss,
            double validationLoss,
            double bitsPerByte,
            boolean diverged,
            List<Double> losses) {}

    /// Reads the metrics of a run that has ended.
    public Outcome add(String name, RunFolder folder, boolean diverged) throws IOException {
        List<Row> rows = RunMetrics.read(folder.metricsFile()).rows();
        List<Double> losses = rows.stream().map(Row::loss).toList();
        int last = Math.max(1, losses.size() / 20);
        double end = losses.subList(Math.max(0, losses.size() - last), losses.size()).stream()
                .mapToDouble(loss -> loss)
                .average()
                .orElse(Double.NaN);
        List<Row> evaluated = rows.stream()
                .filter(row -> Double.isFinite(row.validationLoss()))
                .toList();
        Row best = evaluated.isEmpty() || diverged ? null : evaluated.getLast();
        Row newest = rows.isEmpty() ? null : rows.getLast();
        var outcome = new Outcome(
                name,
                newest == null ? 0 : (long) newest.step(),
                newest == null ? 0 : (long) newest.tokens(),
                end,
                best == null ? Double.NaN : best.validationLoss(),
                best == null ? Double.NaN : best.bitsPerByte(),
                diverged,
                losses);
        outcomes.add(outcome);
        return outcome;
    }

    /// All runs so far, in order.
    public List<Outcome> outcomes() {
        return List.copyOf(outcomes);
    }

    /// Writes the loss curves as SVG.
    public void picture(Path file, String title) throws IOException {
        try (ReplacedFile target = ReplacedFile.create(file)) {
            target.stream().write(chart(title).file().getBytes(StandardCharsets.UTF_8));
            target.commit();
        }
    }

    private LineChart chart(String title) {
        double top = ROOM_ABOVE_START
                * outcomes.stream()
                        .filter(outcome -> !outcome.losses().isEmpty())
                        .mapToDouble(outcome -> outcome.losses().getFirst())
                        .filter(Double::isFinite)
                        .max()
                        .orElse(1);
        List<Series> series = outcomes.stream()
                .map(outcome -> new Series(outcome.name(), Style.NUMBERED, curve(outcome, top)))
                .toList();
        return LineChart.of(title, "tokens", false, "training loss, smoothed", series);
    }

    private static List<Point> curve(Outcome outcome, double top) {
        double tokensPerStep = (double) outcome.tokens() / Math.max(1, outcome.steps());
        List<Point> raw = IntStream.range(0, outcome.losses().size())
                .mapToObj(i -> new Point(
                        (i + 1) * tokensPerStep, Math.min(top, outcome.losses().get(i))))
                .toList();
        return Series.smoothed(raw, SMOOTHING_SHARE);
    }
}
