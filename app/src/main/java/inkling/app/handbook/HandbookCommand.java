package inkling.app.handbook;

import inkling.app.terminal.Terminal;
import inkling.app.terminal.TextTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Lists the handbook's chapters, or writes them as pages.
@Command(
        name = "handbook",
        description = {
            "The questions that come up when one builds a language model, each with its answer, the maths, and the"
                    + " command that shows it. Without options: the list of chapters.",
            "With --out the pages are written as HTML that needs no network and no script."
        },
        optionListHeading = "%nOptions:%n",
        footer = {"", "Example:", "  inkling handbook --out site        # then open site/index.html"})
public final class HandbookCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(names = "--out", paramLabel = "DIR", description = "The folder to write the pages into.")
    private @Nullable Path out;

    /// The command, printing to a terminal.
    public HandbookCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        var pages = new HandbookPages();
        if (out != null) {
            Path first = pages.write(out);
            terminal.note("wrote " + (pages.entries().size() + 1) + " pages; the first is " + first);
            return 0;
        }
        TextTable table = new TextTable("", 2);
        pages.entries().forEach(entry -> table.row(entry.title(), entry.question()));
        terminal.out().print(table.text());
        terminal.note("Make pages of them with: inkling handbook --out site");
        return 0;
    }
}
