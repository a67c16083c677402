package inkling.app.look;

import inkling.app.terminal.Numbers;
import inkling.app.terminal.ProgressLine;
import inkling.app.terminal.Terminal;
import inkling.app.terminal.TextTable;
import inkling.tokenizer.Tokenizer;
import inkling.tokenizer.json.JsonValue;
import inkling.tokenizer.json.JsonValue.JsonArray;
import inkling.tokenizer.json.JsonWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Measures several tokenizers on several corpora.
@Command(
        name = "experiments",
        description = {
            "Compare tokenizers: every one on every corpus, with its compression, its speed, and the time it would take"
                    + " to encode The Pile (825 GB) at that speed.",
            "The text lies in memory and ids are counted, so no disk is measured; the median of the passes counts."
        },
        sortOptions = false,
        optionListHeading = "%nOptions:%n",
        footer = {"", "Example:", "  inkling tokenizer experiments --tokenizer small large --corpus a.txt --csv"})
public final class ExperimentsCommand implements Callable<Integer> {
    private static final long MAX_SAMPLE = 1L << 30;

    private final Terminal terminal;

    @Option(
            names = "--tokenizer",
            arity = "1..*",
            paramLabel = "PATH",
            required = true,
            description = "Folders or files of tokenizers.")
    private List<Path> tokenizers = List.of();

    @Option(
            names = "--corpus",
            arity = "1..*",
            paramLabel = "FILE",
            required = true,
            description = "Text files; .gz is unpacked.")
    private List<Path> corpora = List.of();

    @Option(
            names = "--sample",
            paramLabel = "BYTES",
            defaultValue = "16M",
            description = "Bytes taken from the start of each corpus (default ${DEFAULT-VALUE}, at most 1G).")
    private long sample;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "1",
            description = "Threads (default ${DEFAULT-VALUE}).")
    private int threads;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "2",
            description = "How long to measure each pair, and three passes at least (default ${DEFAULT-VALUE}).")
    private double seconds;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Option(names = "--csv", description = "Print comma-separated values.")
    private boolean csv;

    /// The command, printing to a terminal.
    public ExperimentsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        check();
        List<Tokenizer> loaded = new ArrayList<>();
        for (Path path : tokenizers) {
            loaded.add(Tokenizer.load(path));
        }
        List<Experiment> experiments = new ArrayList<>();
        var trial = new EncodingTrial(System::nanoTime, threads, seconds);
        int total = tokenizers.size() * corpora.size();
        try (var progress = new ProgressLine(terminal, "measuring")) {
            for (Path corpus : corpora) {
                byte[] text = sample(corpus);
                for (int i = 0; i < loaded.size(); i++) {
                    progress.update(experiments.size(), total, "pairs");
                    experiments.add(experiment(i, loaded.get(i), corpus, text, trial));
                }
            }
            progress.clear();
        }
        print(experiments);
        return 0;
    }

    private void check() {
        if (json && csv) {
            throw new IllegalArgumentException("give --json or --csv, not both");
        }
        if (sample < 1 || sample > MAX_SAMPLE) {
            throw new IllegalArgumentException("--sample is " + sample + ", expected 1 to " + MAX_SAMPLE);
        }
        if (threads < 1 || threads > 1024) {
            throw new IllegalArgumentException("--threads is " + threads + ", expected 1 to 1024");
        }
        if (!(seconds >= 0 && seconds <= 3600)) {
            throw new IllegalArgumentException("--seconds is " + seconds + ", expected 0 to 3600");
        }
    }

    private Experiment experiment(int index, Tokenizer tokenizer, Path corpus, byte[] text, EncodingTrial trial)
            throws IOException {
        EncodingTrial.Outcome outcome = trial.run(tokenizer, text);
        return new Experiment(
                tokenizers.get(index).toString(),
                tokenizer.vocabularySize(),
                corpus.toString(),
                text.length,
                outcome.tokens(),
                outcome.bytesPerSecond(),
                threads);
    }

    /// The start of a corpus, without the beginning of a character that was cut off.
    private byte[] sample(Path corpus) throws IOException {
        try (InputStream input = TextLook.open(corpus)) {
            byte[] text = input.readNBytes((int) sample);
            if (text.length == 0) {
                throw new IOException(corpus + ": expected a text file, found an empty one");
            }
            int end = text.length;
            for (int back = 1; back <= 3 && back < end && text.length == sample; back++) {
                if ((text[end - back] & 0xC0) == 0xC0) {
                    return Arrays.copyOf(text, end - back);
                }
            }
            return text;
        }
    }

    private void print(List<Experiment> experiments) {
        if (json) {
            List<JsonValue> all = new ArrayList<>();
            experiments.forEach(experiment -> all.add(experiment.json()));
            terminal.out().println(JsonWriter.indented(new JsonArray(all)));
        } else if (csv) {
            terminal.out().print(Experiment.CSV_HEADING);
            experiments.forEach(experiment -> terminal.out().print(experiment.csv()));
        } else {
            terminal.out().print(table(experiments).text());
        }
    }

    /// The last name of a path; the whole paths are in the JSON and CSV.
    private static String name(String path) {
        return String.valueOf(Path.of(path).getFileName());
    }

    private static TextTable table(List<Experiment> experiments) {
        var table = new TextTable("", 2);
        table.row("corpus", "tokenizer", "ids", "text", "bytes/token", "tokens/s", "MB/s", "825 GB in");
        for (Experiment experiment : experiments) {
            table.row(
                    name(experiment.corpus()),
                    name(experiment.tokenizer()),
                    Numbers.grouped(experiment.vocabularySize()),
                    Numbers.bytes(experiment.bytes()),
                    Numbers.fixed(experiment.bytesPerToken(), 3),
                    Numbers.scaled(experiment.tokensPerSecond()),
                    Numbers.fixed(experiment.bytesPerSecond() / 1e6, 1),
                    Numbers.duration(experiment.pileSeconds()));
        }
        return table;
    }
}
