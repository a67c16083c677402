package inkling.app.command;

import inkling.app.terminal.Numbers;
import inkling.app.terminal.ProgressLine;
import inkling.app.terminal.Terminal;
import inkling.core.data.story.StoryFile;
import inkling.core.data.story.StoryWorld;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Writes a corpus of children's stories, as large as wanted, or prints a few of them.
@Command(
        name = "stories",
        description = {
            "Write small children's stories, each followed by a line <|endoftext|>.",
            "The same seed gives the same stories; no two of them are alike."
        },
        optionListHeading = "%nOptions:%n",
        footer = {
            "",
            "Examples:",
            "  inkling data stories --documents 2                           # prints two",
            "  inkling data stories --documents 20000 --out stories.txt",
            "  inkling data stories --documents 20k --plots 8 --names 12 --out few.txt"
        })
public final class StoriesCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(
            names = "--documents",
            paramLabel = "N",
            defaultValue = "1",
            description = "How many stories (default ${DEFAULT-VALUE}); 20k and 1M are understood.")
    private long documents;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "1",
            description = "Which stories (default ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--plots",
            paramLabel = "N",
            description = "Only the first N kinds of stories (default: all): a smaller world is learned sooner.")
    private int plots = StoryWorld.Size.WHOLE.plots();

    @Option(
            names = "--names",
            paramLabel = "N",
            description = "Only N names of girls, of boys and of animals (default: all).")
    private int persons = StoryWorld.Size.WHOLE.names();

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "The file to write; without it the stories are printed.")
    private @Nullable Path out;

    /// The command, printing to a terminal.
    public StoriesCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        if (documents < 1) {
            throw new IllegalArgumentException("--documents is " + documents + ", expected at least 1");
        }
        var world = new StoryWorld(seed, new StoryWorld.Size(plots, persons));
        if (out == null) {
            print(world);
            return 0;
        }
        write(terminal, out, documents, world);
        return 0;
    }

    /// Writes stories into a file with a progress line, and says what was made.
    static void write(Terminal terminal, Path out, long documents, StoryWorld world) throws IOException {
        try (var progress = new ProgressLine(terminal, "making stories")) {
            StoryFile.write(out, documents, world, done -> progress.update(done, documents, "stories"));
            progress.keep("wrote " + out + ": " + Numbers.grouped(documents) + " stories, "
                    + Numbers.bytes(Files.size(out)) + ", in " + Numbers.duration(progress.seconds()));
        }
    }

    private void print(StoryWorld world) {
        for (long i = 0; i < documents && !terminal.out().checkError(); i++) {
            terminal.out().println(world.story(i));
            terminal.out().println(StoryFile.SEPARATOR);
        }
    }
}
