package inkling.app.look;

import inkling.app.terminal.Numbers;
import inkling.app.terminal.ProgressLine;
import inkling.app.terminal.Terminal;
import inkling.tokenizer.Tokenizer;
import inkling.tokenizer.file.ReplacedFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Writes a page that shows a text in tokens and explains each of them.
@Command(
        name = "page",
        description = {
            "Write an HTML page about a tokenizer and a text: the text in token colours with its white space visible,"
                    + " every token's id, bytes, rank and merge tree, the longest tokens, statistics of the vocabulary,"
                    + " and the compression of files. The page is one file and loads nothing."
        },
        sortOptions = false,
        optionListHeading = "%nOptions:%n",
        footer = {"", "Example:", "  inkling tokenizer page --tokenizer tok --text stories.txt --out page.html"})
public final class TokenPageCommand implements Callable<Integer> {
    private static final int MAX_SHOWN = 200_000;

    private final Terminal terminal;

    @Option(
            names = "--tokenizer",
            paramLabel = "PATH",
            required = true,
            description = "Folder or file of the tokenizer; a run folder will do.")
    @SuppressWarnings("NullAway.Init")
    private Path tokenizer;

    @Option(names = "--text", paramLabel = "FILE", required = true, description = "The text to show; .gz is unpacked.")
    @SuppressWarnings("NullAway.Init")
    private Path text;

    @Option(
            names = "--file",
            arity = "1..*",
            paramLabel = "FILE",
            description = "More files to measure the compression on.")
    private List<Path> files = List.of();

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "The page to write.")
    @SuppressWarnings("NullAway.Init")
    private Path out;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "20000",
            description = "How many tokens of the text to show (default ${DEFAULT-VALUE}, at most " + MAX_SHOWN + ").")
    private long limit;

    /// The command, printing to a terminal.
    public TokenPageCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        if (limit < 1 || limit > MAX_SHOWN) {
            throw new IllegalArgumentException("--limit is " + limit + ", expected 1 to " + MAX_SHOWN);
        }
        Tokenizer loaded = Tokenizer.load(tokenizer);
        TextLook shown = look(loaded, text, (int) limit);
        List<TextLook> looks = new ArrayList<>(List.of(shown));
        for (Path file : files) {
            looks.add(look(loaded, file, 0));
        }
        Path name = tokenizer.toAbsolutePath().normalize().getFileName();
        String page = new TokenPage(loaded, String.valueOf(name), shown, looks).html();
        try (ReplacedFile target = ReplacedFile.create(out)) {
            target.stream().write(page.getBytes(StandardCharsets.UTF_8));
            target.commit();
        }
        terminal.note("wrote " + out + ": " + Numbers.grouped(shown.shown()) + " of " + Numbers.grouped(shown.tokens())
                + " tokens, " + Numbers.bytes(Files.size(out)));
        return 0;
    }

    private TextLook look(Tokenizer loaded, Path file, int shown) throws IOException {
        long total = Files.size(file);
        try (var progress = new ProgressLine(terminal, "encoding " + file)) {
            TextLook look =
                    TextLook.read(file, loaded, shown, done -> progress.update(done, Math.max(done, total), "bytes"));
            progress.clear();
            return look;
        }
    }
}
