package inkling.app.lab;

import inkling.app.terminal.TextTable;
import inkling.core.optim.GradientClipping;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Shows what gradient clipping does to gradients of several lengths.
@Command(
        name = "clip",
        description = {"Gradient clipping: the factor max/(‖g‖ + 1e-6) on gradients longer than max."},
        optionListHeading = "%nOptions:%n",
        footer = {"", "Example:", "  inkling lab clip --max-norm 1 --norms 0.5,1,2,100"})
public final class ClipCommand implements Callable<Integer> {
    private final PrintStream out;

    @Option(names = "--max-norm", paramLabel = "M", defaultValue = "1", description = "Longest norm (default 1).")
    private double maxNorm;

    @Option(
            names = "--norms",
            split = ",",
            paramLabel = "NORM",
            defaultValue = "0.5,1,2,100",
            description = "Norms of gradients (default ${DEFAULT-VALUE}).")
    private List<Double> norms = new ArrayList<>();

    /// The command, printing to a stream.
    public ClipCommand(PrintStream out) {
        this.out = out;
    }

    @Override
    public Integer call() {
        GradientClipping clipping = new GradientClipping(maxNorm);
        TextTable table = new TextTable("", 0).row("norm", "factor", "norm after");
        for (double norm : norms) {
            if (!(norm >= 0 && norm < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("--norms has " + norm + ", expected numbers of at least 0");
            }
            double scale = clipping.scale(norm);
            table.row(number(norm), number(scale), number(norm * scale));
        }
        out.print(table.text());
        return 0;
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.7f", value);
    }
}
