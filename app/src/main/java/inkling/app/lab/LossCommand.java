package inkling.app.lab;

import inkling.app.terminal.TextTable;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
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
        footer = {
            "",
            "Examples:",
            "  inkling lab loss --loss 1.45 --vocab-size 10000 --bytes-per-token 4.1",
            "  inkling lab loss --logits 1000,1001,999 --target 1   # without overflow"
        })
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

    @Option(
            names = "--logits",
            split = ",",
            paramLabel = "Z",
            description = "Logits of a token: the loss in 32-bit floats, step by step, with and without the largest"
                    + " logit taken off first.")
    private List<Float> logits = new ArrayList<>();

    @Option(names = "--target", paramLabel = "I", defaultValue = "0", description = "Which of them is right (from 0).")
    private int target;

    /// The command, printing to a stream.
    public LossCommand(PrintStream out) {
        this.out = out;
    }

    @Override
    public Integer call() {
        if (losses.isEmpty() && vocabularies.isEmpty() && logits.isEmpty()) {
            throw new IllegalArgumentException("give --loss, --vocab-size or --logits");
        }
        if (!(bytesPerToken > 0)) {
            throw new IllegalArgumentException("--bytes-per-token is " + bytesPerToken + ", expected more than 0");
        }
        if (!logits.isEmpty()) {
            overflow();
            return 0;
        }
        TextTable table = new TextTable("", 1).row("", "loss", "perplexity", "bits per token", "bits per byte");
        for (double loss : losses) {
            if (!(loss >= 0 && loss < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("--loss has " + loss + ", expected numbers of at least 0");
            }
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

    /// `−log(e^z_y / Σ e^z)` as it is written, and `log Σ e^(z−m) + m − z_y` with `m = max z`.
    private void overflow() {
        if (target < 0 || target >= logits.size()) {
            throw new IllegalArgumentException(
                    "--target is " + target + ", expected 0 to " + (logits.size() - 1) + ", one of the logits");
        }
        float max = Collections.max(logits);
        float sum = 0;
        float shifted = 0;
        for (float logit : logits) {
            sum += (float) Math.exp(logit);
            shifted += (float) Math.exp(logit - max);
        }
        float wanted = logits.get(target);
        float naive = (float) -Math.log((float) Math.exp(wanted) / sum);
        float stable = (float) Math.log(shifted) + (max - wanted);
        TextTable table = new TextTable("", 1).row("", "m", "sum of e^(z − m)", "loss");
        table.row("as written, m = 0", "0", Float.toString(sum), Float.toString(naive));
        table.row("m = largest logit", Float.toString(max), Float.toString(shifted), Float.toString(stable));
        out.print(table.text());
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
