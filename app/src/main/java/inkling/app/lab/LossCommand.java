package inkling.app.lab;

import inkling.app.terminal.TextTable;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Relates loss, perplexity and bits, and shows what a model that knows nothing loses.
@Command(
        name = "loss",
        description = {
            "What a cross-entropy loss means: perplexity e^loss, bits per token loss/ln 2, bits per byte; and ln V, the"
                    + " loss of a model that gives every token of the vocabulary the same probability."
        },
        optionListHeading = "%nOptions:%n",
        footer = {"", "Example:", "  inkling lab loss --loss 1.45 --vocab-size 10000 --bytes-per-token 4.1"})
public final class LossCommand implements Callable<Integer> {
    private final PrintStream out;

    @Option(names = "--loss", split = ",", paramLabel = "NATS", description = "Losses in nats per token.")
    private List<Double> losses = new ArrayList<>();

    @Option(
            names = "--vocab-size",
            split = ",",
            paramLabel = "V",
            description = "Vocabularies that are guessed at evenly.")
    private List<Long> vocabularies = new ArrayList<>();

    @Option(names = "--bytes-per-token", paramLabel = "R", defaultValue = "4", description = "Compression (default 4).")
    private double bytesPerToken;

    /// The command, printing to a stream.
    public LossCommand(PrintStream out) {
        this.out = out;
    }

    @Override
    public Integer call() {
        if (losses.isEmpty() && vocabularies.isEmpty()) {
            throw new IllegalArgumentException("give --loss or --vocab-size");
        }
        if (!(bytesPerToken > 0)) {
            throw new IllegalArgumentException("--bytes-per-token is " + bytesPerToken + ", expected more than 0");
        }
        TextTable table = new TextTable("", 1).row("", "loss", "perplexity", "bits per token", "bits per byte");
        for (double loss : losses) {
            row(table, "given", loss);
        }
        for (long vocabulary : vocabularies) {
            if (vocabulary < 1) {
                throw new IllegalArgumentException("--vocab-size is " + vocabulary + ", expected at least 1");
            }
            row(table, String.format(Locale.ROOT, "ln %,d", vocabulary), Math.log(vocabulary));
        }
        out.print(table.text());
        return 0;
    }

    private void row(TextTable table, String name, double loss) {
        double bits = loss / Math.log(2);
        table.row(
                name,
                String.format(Locale.ROOT, "%.4f", loss),
                String.format(Locale.ROOT, "%,.2f", Math.exp(loss)),
                String.format(Locale.ROOT, "%.4f", bits),
                String.format(Locale.ROOT, "%.4f", bits / bytesPerToken));
    }
}
