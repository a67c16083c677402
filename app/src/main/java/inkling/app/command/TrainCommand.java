package inkling.app.command;

import inkling.app.machine.MatmulOptions;
import inkling.app.terminal.Terminal;
import inkling.core.train.RunFolder;
import inkling.core.train.TrainConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Trains a model on a text.
@Command(
        name = "train",
        description = {
            "Train a model on a text file or a token file.",
            "The text is documents separated by lines that hold only <|endoftext|>, or one plain text; a token file"
                    + " ends in .npy.",
            "Some documents are kept for validation. Ctrl-C saves; --resume goes on as if nothing had happened."
        },
        sortOptions = false,
        optionListHeading = "%nOptions:%n",
        footer = {
            "",
            "Examples:",
            "  inkling train --data stories.txt --run runs/first",
            "  inkling train --data stories.txt --run runs/wide --d-model 256 --minutes 10",
            "  inkling train --resume runs/first",
            "  inkling train --data stories.txt --run runs/fast --matmul onednn-bf16"
        })
public final class TrainCommand implements Callable<Integer> {
    private static final int STEPS_UNKNOWN = 1_000_000_000;

    private final Terminal terminal;

    @Option(names = "--data", paramLabel = "FILE", description = "Text or .npy token file to train on.")
    private @Nullable Path data;

    @Option(names = "--run", paramLabel = "DIR", description = "The folder of the run, which is made.")
    private @Nullable Path run;

    @Option(names = "--resume", paramLabel = "DIR", description = "Go on with the run of this folder.")
    private @Nullable Path resume;

    @Option(
            names = "--tokenizer",
            paramLabel = "PATH",
            description = "The tokenizer; without one it is trained on the text first.")
    private @Nullable Path tokenizer;

    @Option(
            names = "--vocab-size",
            paramLabel = "N",
            description = "Size of a tokenizer that is trained here (default: the preset's, 4096 for small).")
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

    @Option(
            names = "--minutes",
            paramLabel = "M",
            description = "Instead of --steps: as many steps as fit into this time on this machine.")
    private @Nullable Double minutes;

    @Option(
            names = "--stop-after",
            paramLabel = "N",
            defaultValue = "0",
            description = "Save and stop after so many steps, as Ctrl-C does; --resume goes on (default: at the end).")
    private long stopAfter;

    @Mixin
    private MemoryOptions memory = new MemoryOptions();

    @Mixin
    private MatmulOptions matmul = new MatmulOptions();

    @Mixin
    private TrainOptions options = new TrainOptions();

    /// The command, printing to a terminal.
    public TrainCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        if (stopAfter < 0) {
            throw new IllegalArgumentException("--stop-after is " + stopAfter + ", expected at least 1");
        }
        if (resume != null) {
            if (data != null || run != null) {
                throw new IllegalArgumentException("--resume goes on with a run as it is: leave --data and --run out");
            }
            RunFolder folder = RunFolder.open(resume);
            memory.requireResumed(terminal, folder);
            new TrainSession(terminal, threads, matmul).stopAfter(stopAfter).train(folder);
            return 0;
        }
        if (data == null || run == null) {
            throw new IllegalArgumentException("expected --data FILE and --run DIR, or --resume DIR");
        }
        if (minutes != null && (options.steps != null || !(minutes > 0))) {
            throw new IllegalArgumentException("--minutes replaces --steps, and is more than 0");
        }
        if (holdOut < 2) {
            throw new IllegalArgumentException("--hold-out is " + holdOut + ", expected at least 2");
        }
        var request = new RunPreparation.Request(
                data,
                Optional.ofNullable(validation),
                Optional.ofNullable(tokenizer),
                vocabSize != null ? vocabSize : options.vocabularySize(),
                holdOut,
                run,
                threads);
        TrainSession session =
                new TrainSession(terminal, threads, matmul).stopAfter(stopAfter).within(memory);
        train(session, terminal, request, options, minutes);
        return 0;
    }

    /// Prepares a run and trains it, for some minutes or for the steps of the options; false if Ctrl-C ended it.
    static boolean train(
            Terminal terminal, RunPreparation.Request request, TrainOptions options, @Nullable Double minutes)
            throws IOException {
        return train(new TrainSession(terminal, request.threads()), terminal, request, options, minutes);
    }

    private static boolean train(
            TrainSession session,
            Terminal terminal,
            RunPreparation.Request request,
            TrainOptions options,
            @Nullable Double minutes)
            throws IOException {
        TrainConfig asked = options.config(request.vocabularySize(), 1); // refuses bad sizes before the long work
        if (request.tokenizer().isEmpty()) {
            session.memory().refuse(asked);
        }
        RunFolder folder;
        try (RunPreparation preparation = RunPreparation.begin(terminal, request)) {
            int vocabulary = preparation.tokenizer().vocabularySize();
            session.memory().require(terminal, options.config(vocabulary, 1));
            preparation.encode();
            long steps = 0;
            if (minutes != null) {
                TrainConfig trial = options.config(vocabulary, STEPS_UNKNOWN);
                steps = session.stepsFor(minutes, preparation.trial(trial), preparation.tokenizer());
            }
            folder = preparation.finish(options.config(vocabulary, steps));
        }
        return session.train(folder);
    }
}
