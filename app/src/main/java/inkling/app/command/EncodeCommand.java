package inkling.app.command;

import inkling.app.terminal.Numbers;
import inkling.app.terminal.ProgressLine;
import inkling.app.terminal.Terminal;
import inkling.tokenizer.EncodedFile;
import inkling.tokenizer.SpecialPolicy;
import inkling.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Turns text into ids: files into a token file, a short text into numbers on the screen.
@Command(
        name = "encode",
        description = {"Turn text into token ids: files into a token file, or a short text into printed numbers."},
        sortOptions = false,
        optionListHeading = "%nOptions:%n",
        footer = {
            "",
            "Examples:",
            "  inkling tokenizer encode --tokenizer tok --input stories.txt --out tokens.npy",
            "  inkling tokenizer encode --tokenizer tok --text 'Once upon a time'"
        })
public final class EncodeCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(
            names = "--tokenizer",
            paramLabel = "PATH",
            required = true,
            description = "Folder or file of the tokenizer; a run folder will do.")
    @SuppressWarnings("NullAway.Init")
    private Path tokenizer;

    @Option(names = "--input", arity = "1..*", paramLabel = "FILE", description = "Text files; .gz is unpacked.")
    private List<Path> inputs = List.of();

    @Option(names = "--out", paramLabel = "FILE", description = "The token file to write, by custom *.npy.")
    private @Nullable Path out;

    @Option(names = "--text", paramLabel = "TEXT", description = "A text to encode; its ids are printed.")
    private @Nullable String text;

    @Option(names = "--threads", paramLabel = "N", description = "Threads (default: all processors).")
    private int threads = Runtime.getRuntime().availableProcessors();

    /// The command, printing to a terminal.
    public EncodeCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        if (text != null && inputs.isEmpty() && out == null) {
            print(Tokenizer.load(tokenizer).encode(text, SpecialPolicy.ALLOW));
            return 0;
        }
        if (text != null || inputs.isEmpty() || out == null) {
            throw new IllegalArgumentException("expected either --text, or --input with --out");
        }
        encode(terminal, Tokenizer.load(tokenizer), inputs, out, threads, "wrote " + out);
        return 0;
    }

    /// Encodes a text into a file that the user need not know of, with a progress line, and says what came out.
    static void encode(Terminal terminal, Tokenizer tokenizer, Path input, Path out, int threads) throws IOException {
        encode(terminal, tokenizer, List.of(input), out, threads, "encoded " + input);
    }

    private static void encode(
            Terminal terminal, Tokenizer tokenizer, List<Path> inputs, Path out, int threads, String what)
            throws IOException {
        try (var progress = new ProgressLine(terminal, "encoding")) {
            EncodedFile encoded = tokenizer.encodeFiles(
                    inputs, out, threads, (phase, done, total) -> progress.update(done, total, phase.unit()));
            double seconds = encoded.time().toNanos() / 1e9;
            progress.keep(what + ": " + Numbers.grouped(encoded.tokens()) + " tokens as uint"
                    + 8 * encoded.bytesPerToken() + " (" + Numbers.bytes(Files.size(out)) + "), "
                    + Numbers.fixed((double) encoded.textBytes() / Math.max(1, encoded.tokens()), 2)
                    + " bytes per token, in " + Numbers.fixed(seconds, 1) + " s ("
                    + Numbers.bytes(encoded.textBytes() / seconds) + "/s)");
        }
    }

    private void print(int[] ids) {
        var line = new StringBuilder();
        for (int id : ids) {
            line.append(line.isEmpty() ? "" : " ").append(id);
        }
        terminal.out().println(line);
    }
}
