package inkling.app.lab;

import inkling.app.terminal.TextTable;
import inkling.core.optim.LearningRate;
import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Shows the learning rate of a warm-up and cosine schedule over its steps.
@Command(
        name = "schedule",
        description = {"The learning rate over the steps: a linear rise, half a cosine down, then constant."},
        optionListHeading = "%nOptions:%n",
        footer = {"", "Example:", "  inkling lab schedule --max 1e-3 --min 1e-4 --warmup 7 --cycle 21"})
public final class ScheduleCommand implements Callable<Integer> {
    private static final int ROWS = 25;
    private static final int BAR = 40;

    private final PrintStream out;

    @Option(names = "--max", paramLabel = "RATE", defaultValue = "1", description = "Highest rate (default 1).")
    private double max;

    @Option(names = "--min", paramLabel = "RATE", defaultValue = "0.1", description = "Last rate (default 0.1).")
    private double min;

    @Option(names = "--warmup", paramLabel = "N", defaultValue = "7", description = "Steps of the rise (default 7).")
    private long warmup;

    @Option(
            names = "--cycle",
            paramLabel = "N",
            defaultValue = "21",
            description = "Steps of rise and fall (default 21).")
    private long cycle;

    /// The command, printing to a stream.
    public ScheduleCommand(PrintStream out) {
        this.out = out;
    }

    @Override
    public Integer call() {
        LearningRate rate = new LearningRate.WarmupCosine(max, min, warmup, cycle);
        long last = cycle + Math.max(1, cycle / 10);
        long stride = Math.max(1, Math.ceilDiv(last, ROWS));
        TextTable table = new TextTable("", 0).row("t", "rate", "");
        for (long t = 0; t <= last; t += stride) {
            int length = max == 0 ? 0 : (int) Math.round(BAR * rate.at(t) / max);
            table.row(
                    Long.toString(t),
                    String.format(Locale.ROOT, "%.6g", rate.at(t)),
                    "█".repeat(length) + " ".repeat(BAR - length));
        }
        out.print(table.text());
        return 0;
    }
}
