package inkling.app.command;

import inkling.app.terminal.Numbers;
import inkling.app.terminal.ProgressLine;
import inkling.app.terminal.Terminal;
import inkling.tokenizer.SpecialPolicy;
import inkling.tokenizer.StreamEncoder;
import inkling.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Shows a tokenizer: its size, its longest tokens, how it cuts a text, how well it compresses a file.
@Command(
        name = "show",
        description = {
            "Look at a tokenizer: its size and longest tokens, a text token by token, the compression of a file.",
            "Spaces show as ·, line ends as ⏎, tabs as →, bytes that are no text as <0xE2>."
        },
        sortOptions = false,
        optionListHeading = "%nOptions:%n",
        footer = {
            "",
            "Examples:",
            "  inkling tokenizer show --tokenizer tok",
            "  inkling tokenizer show --tokenizer tok --text 'Once upon a time'",
            "  inkling tokenizer show --tokenizer tok --file stories.txt"
        })
public final class ShowCommand implements Callable<Integer> {
    private static final int BUFFER_BYTES = 1 << 20;

    private final Terminal terminal;

    @Option(
            names = "--tokenizer",
            paramLabel = "PATH",
            required = true,
            description = "Folder or file of the tokenizer; a run folder will do.")
    @SuppressWarnings("NullAway.Init")
    private Path tokenizer;

    @Option(names = "--text", paramLabel = "TEXT", description = "A text to show token by token.")
    private @Nullable String text;

    @Option(names = "--file", arity = "1..*", paramLabel = "FILE", description = "Files to measure the compression on.")
    private List<Path> files = List.of();

    @Option(
            names = "--longest",
            paramLabel = "N",
            defaultValue = "10",
            description = "How many of the longest tokens to list (default ${DEFAULT-VALUE}).")
    private int longest;

    /// The command, printing to a terminal.
    public ShowCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        Tokenizer loaded = Tokenizer.load(tokenizer);
        var colours = new TokenColours(terminal.outColours());
        if (text != null) {
            terminal.out().println(colours.render(loaded, text));
        } else if (files.isEmpty()) {
            showVocabulary(loaded);
        }
        for (Path file : files) {
            showCompression(loaded, file);
        }
        return 0;
    }

    private void showVocabulary(Tokenizer loaded) {
        terminal.out().println("tokens     " + Numbers.grouped(loaded.vocabularySize()));
        loaded.specialTokens().forEach((name, id) -> terminal.out().println("special    " + name + " = " + id));
        terminal.out().println("split      " + loaded.splitPattern().regex());
        List<Integer> ids = new ArrayList<>();
        for (int id = 0; id < loaded.vocabularySize(); id++) {
            if (loaded.hasToken(id) && !loaded.specialTokens().containsValue(id)) {
                ids.add(id);
            }
        }
        ids.sort(Comparator.comparingInt((Integer id) -> -loaded.tokenBytes(id).length));
        terminal.out().println("longest tokens");
        for (int id : ids.subList(0, Math.min(Math.max(0, longest), ids.size()))) {
            byte[] bytes = loaded.tokenBytes(id);
            terminal.out().printf("  %6d  %2d bytes  %s%n", id, bytes.length, TokenColours.visible(bytes));
        }
    }

    private void showCompression(Tokenizer loaded, Path file) throws IOException {
        long[] tokens = {0};
        long bytes = 0;
        long total = Files.size(file);
        StreamEncoder encoder = loaded.streamEncoder(SpecialPolicy.ALLOW);
        try (var progress = new ProgressLine(terminal, "encoding " + file);
                InputStream input = Files.newInputStream(file)) {
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int read = input.read(buffer); read >= 0; read = input.read(buffer)) {
                encoder.append(buffer, 0, read, (_, from, to) -> tokens[0] += to - from);
                bytes += read;
                progress.update(bytes, total, "bytes");
            }
            encoder.finish((_, from, to) -> tokens[0] += to - from);
            progress.clear();
        }
        terminal.out()
                .println(file + ": " + Numbers.bytes(bytes) + ", " + Numbers.grouped(tokens[0]) + " tokens, "
                        + Numbers.fixed(tokens[0] == 0 ? 0 : (double) bytes / tokens[0], 3) + " bytes per token");
    }
}
