package inkling.app.lab;

import inkling.app.terminal.TextTable;
import inkling.core.device.Kernels;
import inkling.core.device.reference.ReferenceKernels;
import inkling.core.experiment.SgdToy;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Runs gradient descent on a quadratic at several learning rates, beside the law it must follow.
@Command(
        name = "sgd",
        description = {
            "Gradient descent on loss = mean(w²) with 100 weights, at learning rate lr/√(t+1): the loss of every step"
                    + " as the optimizer computes it, and as its law says.",
            "The law: loss(t+1) = loss(t)·(1 − 2·lr/(100·√(t+1)))²"
        },
        optionListHeading = "%nOptions:%n",
        footer = {
            "",
            "Examples:",
            "  inkling lab sgd --lr 1,10,100,1000 --steps 10",
            "  inkling lab sgd --lr 10,100,1000 --first-loss 24.17     # the law alone, from a published first loss"
        })
public final class SgdCommand implements Callable<Integer> {
    private static final double LARGEST_RATE = 1e6;

    private final PrintStream out;

    @Option(
            names = "--lr",
            split = ",",
            paramLabel = "RATE",
            defaultValue = "1,10,100,1000",
            description = "Learning rates (default ${DEFAULT-VALUE}).")
    private List<Double> rates = new ArrayList<>();

    @Option(names = "--steps", paramLabel = "N", defaultValue = "10", description = "Losses to show (default 10).")
    private int steps;

    @Option(names = "--seed", paramLabel = "S", defaultValue = "42", description = "Which weights (default 42).")
    private long seed;

    @Option(names = "--first-loss", paramLabel = "LOSS", description = "Show the law alone, from this loss.")
    private @Nullable Double firstLoss;

    /// The command, printing to a stream.
    public SgdCommand(PrintStream out) {
        this.out = out;
    }

    @Override
    public Integer call() {
        if (steps < 1 || steps > 100_000) {
            throw new IllegalArgumentException("--steps is " + steps + ", expected 1 to 100,000");
        }
        if (firstLoss != null && !(firstLoss >= 0 && firstLoss < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("--first-loss is " + firstLoss + ", expected a number of at least 0");
        }
        TextTable table = new TextTable("", 0);
        List<String> header = new ArrayList<>(List.of("t"));
        List<double[]> columns = new ArrayList<>();
        for (double rate : rates) {
            if (!(rate > 0 && rate <= LARGEST_RATE)) {
                throw new IllegalArgumentException("--lr is " + rate + ", expected a positive number up to 1,000,000");
            }
            String name = "lr " + (rate == Math.rint(rate) ? String.format(Locale.ROOT, "%.0f", rate) : rate);
            if (firstLoss == null) {
                double[] losses = run(rate);
                columns.add(losses);
                header.add(name);
                columns.add(SgdToy.law(losses[0], rate, steps));
            } else {
                columns.add(SgdToy.law(firstLoss, rate, steps));
            }
            header.add(firstLoss == null ? "law" : name);
        }
        table.row(header);
        for (int t = 0; t < steps; t++) {
            List<String> cells = new ArrayList<>(List.of(Integer.toString(t)));
            for (double[] column : columns) {
                cells.add(String.format(Locale.ROOT, "%.7g", column[t]));
            }
            table.row(cells);
        }
        out.print(table.text());
        return 0;
    }

    private double[] run(double rate) {
        try (Kernels kernels = new ReferenceKernels()) {
            return SgdToy.run(kernels, rate, steps, seed);
        }
    }
}
