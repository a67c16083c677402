package inkling.app.lab;

import inkling.app.terminal.Numbers;
import inkling.app.terminal.TextTable;
import inkling.core.train.Checkpoint;
import inkling.core.train.RunFolder;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Shows what the newest checkpoint of a run holds, and whether that of another run is the same.
@Command(
        name = "checkpoint",
        description = {
            "What the newest checkpoint of a run holds; with --same-as, whether another run's holds the same, bit for bit."
        },
        sortOptions = false,
        optionListHeading = "%nOptions:%n",
        footer = {"", "Example:", "  inkling lab checkpoint --run runs/straight --same-as runs/resumed"})
public final class CheckpointCommand implements Callable<Integer> {
    private final PrintStream out;

    @Option(names = "--run", paramLabel = "DIR", required = true, description = "The folder of a run.")
    @SuppressWarnings("NullAway.Init")
    private Path run;

    @Option(names = "--same-as", paramLabel = "DIR", description = "The folder of another run.")
    private @Nullable Path other;

    /// The command, printing to a stream.
    public CheckpointCommand(PrintStream out) {
        this.out = out;
    }

    @Override
    public Integer call() throws IOException {
        Checkpoint mine = RunFolder.open(run).newestCheckpoint();
        Checkpoint.Facts facts = mine.facts();
        TextTable table = new TextTable("", 1);
        Checkpoint theirs = other == null ? null : RunFolder.open(other).newestCheckpoint();
        Checkpoint.Facts others = theirs == null ? facts : theirs.facts();
        table.row(row("step", Numbers.grouped(facts.step()), facts.step() == others.step()));
        table.row(row("tokens seen", Numbers.grouped(facts.tokens()), facts.tokens() == others.tokens()));
        table.row(row(
                "state of the sampler",
                Long.toHexString(facts.batchState()),
                facts.batchState() == others.batchState()));
        for (Path file : files(mine.folder())) {
            boolean same =
                    theirs == null || Files.mismatch(file, theirs.folder().resolve(file.getFileName())) < 0;
            table.row(row(String.valueOf(file.getFileName()), Numbers.grouped(Files.size(file)) + " bytes", same));
        }
        out.print(table.text());
        return 0;
    }

    private List<String> row(String name, String value, boolean same) {
        return other == null ? List.of(name, value) : List.of(name, value, same ? "the same" : "DIFFERENT");
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".safetensors"))
                    .sorted()
                    .toList();
        }
    }
}
