package inkling.app.command;

import inkling.app.terminal.Numbers;
import inkling.app.terminal.ProgressLine;
import inkling.app.terminal.Terminal;
import inkling.tokenizer.BpeTrainer;
import inkling.tokenizer.KeptCounts;
import inkling.tokenizer.ProgressListener;
import inkling.tokenizer.TieBreak;
import inkling.tokenizer.Tokenizer;
import inkling.tokenizer.TrainerOptions;
import inkling.tokenizer.TrainingResult;
import inkling.tokenizer.split.SplitPattern;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Learns a byte-level BPE vocabulary from text files.
@Command(
        name = "train",
        description = {
            "Learn a byte-level BPE vocabulary from text.",
            "The folder gets tokenizer.json (Hugging Face) and vocab.json with merges.txt (GPT-2)."
        },
        sortOptions = false,
        optionListHeading = "%nOptions:%n",
        footer = {
            "",
            "Example:",
            "  inkling tokenizer train --input stories.txt --vocab-size 4096 --out tok",
            "  inkling tokenizer train --input a.txt --vocab-size 1k --special '[X]' --out a"
        })
public final class TokenizerTrainCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(
            names = "--input",
            arity = "1..*",
            paramLabel = "FILE",
            required = true,
            description = "Text files; .gz is unpacked.")
    private List<Path> inputs = List.of();

    @Option(
            names = "--vocab-size",
            paramLabel = "N",
            required = true,
            description = "How many tokens in all: special tokens, 256 bytes and merges.")
    private long vocabSize;

    @Option(
            names = "--special",
            paramLabel = "TEXT",
            defaultValue = "<|endoftext|>",
            description =
                    "A special token, which is never split or merged; may be repeated (default ${DEFAULT-VALUE}).")
    private List<String> specials = List.of();

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "The folder to write.")
    @SuppressWarnings("NullAway.Init")
    private Path out;

    @Option(
            names = "--split",
            paramLabel = "RULE",
            defaultValue = "gpt2",
            description = "How text is cut into pieces: ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}).")
    private SplitPattern.Known split = SplitPattern.Known.GPT2;

    @Option(
            names = "--ties",
            paramLabel = "RULE",
            defaultValue = "cs336",
            description = "Which of two equally frequent pairs comes first: ${COMPLETION-CANDIDATES} (default"
                    + " ${DEFAULT-VALUE}).")
    private TieBreak ties = TieBreak.CS336;

    @Option(
            names = "--min-frequency",
            paramLabel = "N",
            defaultValue = "1",
            description = "Pairs that occur less often are not merged (default ${DEFAULT-VALUE}).")
    private long minFrequency;

    @Option(names = "--threads", paramLabel = "N", description = "Threads (default: all processors).")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--resume",
            description = "Go on from what an earlier run over the same texts counted and kept in DIR.counts.")
    private boolean resume;

    @Option(
            names = "--keep-every",
            paramLabel = "BYTES",
            defaultValue = "1G",
            converter = CountConverter.class,
            description = "Keep the counts in DIR.counts after every so many bytes of text, for --resume (default"
                    + " ${DEFAULT-VALUE}); the file goes away once the tokenizer is written.")
    private long keepEvery;

    /// The command, printing to a terminal.
    public TokenizerTrainCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        if (vocabSize > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("--vocab-size is " + vocabSize + ", expected at most 1,048,576");
        }
        var options = new TrainerOptions((int) vocabSize, specials, split, minFrequency, ties, threads);
        Path absolute = out.toAbsolutePath().normalize();
        Path counts = absolute.resolveSibling(absolute.getFileName() + ".counts");
        if (resume && !Files.exists(counts)) {
            terminal.note("There are no kept counts in " + counts + "; counting from the beginning.");
        }
        if (resume || mayBeLong()) {
            train(terminal, inputs, out, options, Optional.of(new KeptCounts(counts, keepEvery, resume)));
        } else {
            train(terminal, inputs, out, options);
        }
        Files.deleteIfExists(counts);
        return 0;
    }

    /// Whether there is so much text that its counts are worth keeping.
    private boolean mayBeLong() throws IOException {
        long bytes = 0;
        for (Path input : inputs) {
            bytes += Files.isRegularFile(input) ? Files.size(input) : 0;
        }
        return bytes > keepEvery;
    }

    /// Trains with a progress line, writes the folder, and says what came out.
    static TrainingResult train(Terminal terminal, List<Path> inputs, Path out, TrainerOptions options)
            throws IOException {
        return train(terminal, inputs, out, options, Optional.empty());
    }

    private static TrainingResult train(
            Terminal terminal, List<Path> inputs, Path out, TrainerOptions options, Optional<KeptCounts> kept)
            throws IOException {
        try (var progress = new ProgressLine(terminal, "training the tokenizer")) {
            ProgressListener listener = (phase, done, total) -> progress.update(done, total, phase.unit());
            var trainer = new BpeTrainer(options);
            TrainingResult result =
                    kept.isPresent() ? trainer.train(inputs, kept.get(), listener) : trainer.train(inputs, listener);
            save(result.tokenizer(), out);
            progress.keep(
                    "wrote " + out + ": " + Numbers.grouped(result.tokenizer().vocabularySize()) + " tokens ("
                            + Numbers.grouped(result.merges()) + " merges) from " + Numbers.bytes(result.textBytes())
                            + " of text, in " + seconds(result));
            if (result.tokenizer().vocabularySize() < options.vocabularySize()) {
                terminal.note("The text has no more pairs to merge, so there are fewer than the "
                        + Numbers.grouped(options.vocabularySize()) + " tokens asked for.");
            }
            return result;
        }
    }

    /// Writes a file as it is, a folder first beside its place, so that all its files appear or none.
    private static void save(Tokenizer tokenizer, Path out) throws IOException {
        String name = String.valueOf(out.getFileName());
        if (name.endsWith(".json") || name.endsWith(".tiktoken")) {
            tokenizer.save(out);
            return;
        }
        Path unfinished = out.toAbsolutePath().normalize().resolveSibling(name + ".preparing");
        FileTree.delete(unfinished);
        try {
            tokenizer.save(unfinished);
            Files.createDirectories(out);
            try (Stream<Path> files = Files.list(unfinished)) {
                for (Path file : files.toList()) {
                    Files.move(file, out.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
                }
            }
        } finally {
            FileTree.delete(unfinished);
        }
    }

    private static String seconds(TrainingResult result) {
        Duration all = Duration.ZERO;
        var phases = new StringBuilder();
        long peak = 0;
        for (TrainingResult.PhaseReport phase : result.phases()) {
            all = all.plus(phase.time());
            phases.append(phase.phase().name().toLowerCase(Locale.ROOT))
                    .append(' ')
                    .append(Numbers.fixed(phase.time().toNanos() / 1e9, 1))
                    .append(" s, ");
            peak = Math.max(peak, phase.peakBytes());
        }
        return Numbers.fixed(all.toNanos() / 1e9, 1) + " s (" + phases + "peak memory " + Numbers.bytes(peak) + ")";
    }
}
