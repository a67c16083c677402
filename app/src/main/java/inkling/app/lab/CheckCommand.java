package inkling.app.lab;

import inkling.app.terminal.TextTable;
import inkling.core.check.ReferenceCheck;
import inkling.core.device.Kernels;
import inkling.core.device.cpu.Processor;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Compares this program with reference answers and prints a table.
@Command(
        name = "check",
        description = {
            "Compare this program with the reference answers in a folder (CS336, first assignment): every part of the"
                    + " model, whole models, a training run, optimizers, sampling, checkpoints, tokenizers, accounting,"
                    + " and the 48 official tests. References that are not there are skipped, each with a line.",
            "The two official files that cannot be shipped, ts_tests/model.pt and tinystories_sample_5M.txt, may be"
                    + " dropped anywhere into the folder; they are known by their SHA-256."
        },
        optionListHeading = "%nOptions:%n",
        footer = {"", "Example:", "  inkling check --fixtures ../fixtures/cs336"})
public final class CheckCommand implements Callable<Integer> {
    private final PrintStream out;

    @Option(names = "--fixtures", required = true, paramLabel = "DIR", description = "The folder of references.")
    private Path fixtures = Path.of("");

    /// The command, printing to a stream.
    public CheckCommand(PrintStream out) {
        this.out = out;
    }

    @Override
    public Integer call() throws IOException {
        List<ReferenceCheck.Line> lines;
        try (Kernels kernels = Processor.onAllCores()) {
            lines = ReferenceCheck.run(fixtures, kernels);
        }
        for (String family :
                lines.stream().map(ReferenceCheck.Line::family).distinct().toList()) {
            out.print(table(
                    family,
                    lines.stream().filter(line -> line.family().equals(family)).toList()));
            out.println();
        }
        long failed = lines.stream().filter(ReferenceCheck.Line::fails).count();
        long skipped = lines.stream().filter(line -> !line.skipped().isEmpty()).count();
        out.println((lines.size() - failed - skipped) + " passed, " + failed + " failed, " + skipped + " skipped");
        return failed == 0 ? 0 : 1;
    }

    private static String table(String family, List<ReferenceCheck.Line> lines) {
        TextTable table = new TextTable("", 2).row("", family, "largest error", "tolerance");
        for (ReferenceCheck.Line line : lines) {
            if (line.skipped().isEmpty()) {
                String verdict = line.passes() ? "pass" : "FAIL";
                table.row(verdict, line.what(), number(line.error()), number(line.tolerance()));
            } else {
                table.row("skip", line.what(), line.skipped());
            }
        }
        return table.text();
    }

    private static String number(double value) {
        return value == 0 ? "0" : String.format(Locale.ROOT, "%.1e", value);
    }
}
