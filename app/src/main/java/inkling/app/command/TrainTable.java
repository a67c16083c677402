package inkling.app.command;

import inkling.app.terminal.Numbers;
import inkling.app.terminal.ProgressLine;
import inkling.app.terminal.Terminal;
import inkling.core.train.Evaluation;
import inkling.core.train.StepReport;
import inkling.core.train.TrainListener;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/// What one sees of a training: a table with a row now and then, and below it a line that moves. A narrow terminal
/// shows fewer columns, so that no row is broken or cut.
final class TrainTable implements TrainListener, AutoCloseable {
    private static final int ROWS = 20;
    private static final double MEMORY = 0.9;

    private static final List<Column> COLUMNS = List.of(
            new Column("step", 8, 0),
            new Column("loss", 7, 0),
            new Column("val loss", 8, 0),
            new Column("rate", 8, 78),
            new Column("grad norm", 9, 78),
            new Column("tokens/s", 8, 48),
            new Column("MFU", 5, 78),
            new Column("elapsed", 8, 57),
            new Column("left", 8, 0));

    private final List<Column> columns;
    private final ProgressLine line;
    private final long every;
    private final Outcome outcome;
    private long firstStep = -1;
    private double startSeconds = Double.NaN;
    private double steadyRate;
    private Optional<Evaluation> evaluation = Optional.empty();
    private long stopAfter = Long.MAX_VALUE;
    private Runnable stop = () -> {};

    /// A table for a run of so many steps in all.
    TrainTable(Terminal terminal, long steps, Outcome outcome) {
        this.outcome = outcome;
        this.columns = COLUMNS.stream()
                .filter(column -> terminal.columns() >= column.fromColumns())
                .toList();
        this.line = new ProgressLine(terminal, "");
        this.every = Math.max(1, steps / ROWS);
    }

    /// Prints the headings.
    void begin() {
        line.keep(row(COLUMNS.stream().map(Column::heading).toList()));
    }

    /// Asks for an end after so many steps from now.
    void stopAfter(long steps, Runnable how) {
        stopAfter = steps;
        stop = how;
    }

    @Override
    public void step(StepReport report) {
        outcome.step(report);
        if (firstStep < 0) {
            firstStep = report.step() - 1;
            startSeconds = report.wallSeconds() - 1 / Math.max(1e-9, report.tokensPerSecond());
        }
        steadyRate = steadyRate == 0
                ? report.tokensPerSecond()
                : MEMORY * steadyRate + (1 - MEMORY) * report.tokensPerSecond();
        String row = describe(report);
        boolean stopping = report.step() - firstStep >= stopAfter;
        boolean last = report.step() == report.totalSteps() || stopping;
        if (stopping) {
            stop.run();
        }
        if (evaluation.isPresent() || report.step() % every == 0 || report.step() == firstStep + 1 || last) {
            line.keep(row);
            evaluation = Optional.empty();
        } else {
            line.update(row);
        }
    }

    @Override
    public void evaluating(long done, long total) {
        line.update("  evaluating: " + Numbers.grouped(done) + " of " + Numbers.grouped(total) + " tokens");
    }

    @Override
    public void evaluated(long step, Evaluation result) {
        evaluation = Optional.of(result);
    }

    @Override
    public void saved(long step, Path checkpoint) {
        line.update("  saved " + checkpoint);
    }

    private String describe(StepReport report) {
        long stepsHere = report.step() - firstStep;
        double elapsed = report.wallSeconds() - startSeconds;
        double left = stepsHere < 2 ? Double.NaN : elapsed / (stepsHere - 1) * (report.totalSteps() - report.step());
        return row(List.of(
                Numbers.grouped(report.step()),
                Numbers.fixed(report.loss(), 4),
                evaluation.map(result -> Numbers.fixed(result.loss(), 4)).orElse(""),
                String.format(Locale.ROOT, "%.2e", report.learningRate()),
                Numbers.fixed(report.gradientNorm(), 3),
                Numbers.scaled(steadyRate),
                percent(report.mfu()),
                Numbers.duration(report.wallSeconds()),
                Numbers.duration(left)));
    }

    private static String percent(OptionalDouble share) {
        return share.isPresent() ? Math.round(100 * share.getAsDouble()) + " %" : "";
    }

    /// One cell for each of [#COLUMNS], of which only those that are shown are taken.
    private String row(List<String> cells) {
        return columns.stream()
                .map(column ->
                        String.format(Locale.ROOT, "%" + column.width() + "s", cells.get(COLUMNS.indexOf(column))))
                .collect(Collectors.joining(" "))
                .stripTrailing();
    }

    /// A column and the width of a terminal from which on it is shown.
    private record Column(String heading, int width, int fromColumns) {}

    /// Removes the moving line.
    @Override
    public void close() {
        line.close();
    }
}
