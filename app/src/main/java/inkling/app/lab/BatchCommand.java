package inkling.app.lab;

import inkling.app.terminal.Numbers;
import inkling.core.data.BatchSampler;
import inkling.core.data.TokenFile;
import inkling.core.tensor.Ids;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Shows a training batch as the trainer draws it.
@Command(
        name = "batch",
        description = {
            "A batch as the trainer draws it from a token file: windows of ids, each with the ids that follow them."
        },
        sortOptions = false,
        optionListHeading = "%nOptions:%n",
        footer = {"", "Example:", "  inkling lab batch --data stories.npy --context-length 8 --batch-size 3"})
public final class BatchCommand implements Callable<Integer> {
    private static final int MOST_IDS = 100_000;

    private final PrintStream out;

    @Option(names = "--data", paramLabel = "FILE", required = true, description = "A .npy token file.")
    @SuppressWarnings("NullAway.Init")
    private Path data;

    @Option(
            names = "--context-length",
            paramLabel = "T",
            defaultValue = "8",
            description = "Tokens in a sequence (default ${DEFAULT-VALUE}).")
    private int contextLength;

    @Option(
            names = "--batch-size",
            paramLabel = "B",
            defaultValue = "2",
            description = "Sequences in the batch (default ${DEFAULT-VALUE}).")
    private int batchSize;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "1",
            description = "Which batch (default ${DEFAULT-VALUE}).")
    private long seed;

    /// The command, printing to a stream.
    public BatchCommand(PrintStream out) {
        this.out = out;
    }

    @Override
    public Integer call() throws IOException {
        if (contextLength < 1 || batchSize < 1 || (long) contextLength * batchSize > MOST_IDS) {
            throw new IllegalArgumentException("a batch of " + batchSize + " x " + contextLength
                    + " tokens: expected at least 1 x 1, and at most 100,000 tokens to print");
        }
        try (TokenFile tokens = TokenFile.open(data, Integer.MAX_VALUE);
                Arena arena = Arena.ofConfined()) {
            var sampler = new BatchSampler(tokens, contextLength, seed);
            Ids inputs = Ids.allocate(arena, batchSize * contextLength);
            Ids targets = Ids.allocate(arena, batchSize * contextLength);
            sampler.next(inputs, targets);
            out.println("tokens in the file   " + Numbers.grouped(tokens.length()));
            out.println("starts               0 … " + Numbers.grouped(tokens.length() - contextLength - 1)
                    + ", that is " + Numbers.grouped(tokens.length() - contextLength));
            for (int row = 0; row < batchSize; row++) {
                out.println("inputs  " + row + "  " + row(inputs, row));
                out.println("targets " + row + "  " + row(targets, row));
            }
        }
        return 0;
    }

    private String row(Ids ids, int row) {
        var text = new StringBuilder();
        for (int t = 0; t < contextLength; t++) {
            text.append(String.format("%6d", ids.get(row * contextLength + t)));
        }
        return text.toString();
    }
}
