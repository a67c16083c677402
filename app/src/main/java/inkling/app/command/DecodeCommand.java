package inkling.app.command;

import inkling.app.terminal.Terminal;
import inkling.core.data.TokenFile;
import inkling.tokenizer.Tokenizer;
import inkling.tokenizer.file.ReplacedFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Turns ids back into text.
@Command(
        name = "decode",
        description = {"Turn token ids back into text: ids from the command line, or a token file."},
        sortOptions = false,
        optionListHeading = "%nOptions:%n",
        parameterListHeading = "%n",
        footer = {
            "",
            "Examples:",
            "  inkling tokenizer decode --tokenizer tok 431 512 257",
            "  inkling tokenizer decode --tokenizer tok --input tokens.npy --out text.txt"
        })
public final class DecodeCommand implements Callable<Integer> {
    private static final int MANY = 1 << 16;

    private final Terminal terminal;

    @Option(
            names = "--tokenizer",
            paramLabel = "PATH",
            required = true,
            description = "Folder or file of the tokenizer; a run folder will do.")
    @SuppressWarnings("NullAway.Init")
    private Path tokenizer;

    @Option(names = "--input", paramLabel = "FILE", description = "A .npy token file.")
    private @Nullable Path input;

    @Option(names = "--out", paramLabel = "FILE", description = "The text file to write; else the text is printed.")
    private @Nullable Path out;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "" + Long.MAX_VALUE,
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER,
            description = "Only the first N tokens of the file.")
    private long limit;

    @Parameters(arity = "0..*", paramLabel = "ID", description = "Token ids.")
    private List<String> ids = List.of();

    /// The command, printing to a terminal.
    public DecodeCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        if (ids.isEmpty() == (input == null)) {
            throw new IllegalArgumentException("expected either token ids or --input");
        }
        Tokenizer loaded = Tokenizer.load(tokenizer);
        if (out == null) {
            write(loaded, terminal.out());
            terminal.out().println();
            return 0;
        }
        try (ReplacedFile file = ReplacedFile.create(out)) {
            write(loaded, file.stream());
            file.commit();
        }
        return 0;
    }

    private static int id(String word) {
        try {
            return Integer.parseInt(word);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + word + "' is no token id, expected a whole number", e);
        }
    }

    private void write(Tokenizer loaded, OutputStream target) throws IOException {
        if (input == null) {
            target.write(
                    loaded.decodeBytes(ids.stream().mapToInt(DecodeCommand::id).toArray()));
            return;
        }
        try (TokenFile file = TokenFile.open(input, loaded.vocabularySize())) {
            long end = Math.min(limit, file.length());
            for (long from = 0; from < end; from += MANY) {
                int[] part = new int[(int) Math.min(MANY, end - from)];
                for (int i = 0; i < part.length; i++) {
                    part[i] = file.get(from + i);
                }
                target.write(loaded.decodeBytes(part));
            }
        }
    }
}
