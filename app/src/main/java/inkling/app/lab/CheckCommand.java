package inkling.app.lab;

import inkling.app.terminal.TextTable;
import inkling.core.check.ReferenceCheck;
import inkling.core.device.Kernels;
import inkling.core.device.cpu.CpuKernels;
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
            "",
            "Compare this program with the reference answers in a folder: what, largest error, tolerance, verdict.",
            "References that are not there are skipped, each with a line."
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
        try (Kernels kernels = CpuKernels.onAllCores()) {
            lines = ReferenceCheck.run(fixtures, kernels);
        }
        TextTable table = new TextTable("", 1).row("compared", "largest error", "tolerance", "");
        for (ReferenceCheck.Line line : lines) {
            if (line.skipped().isEmpty()) {
                String verdict = line.passes() ? "pass" : "FAIL";
                table.row(line.what(), number(line.error()), number(line.tolerance()), verdict);
            } else {
                table.row(line.what(), "", "", "skipped: " + line.skipped());
            }
        }
        out.print(table.text());
        long passed = lines.stream().filter(ReferenceCheck.Line::passes).count();
        long skipped = lines.stream().filter(line -> !line.skipped().isEmpty()).count();
        long failed = lines.size() - passed - skipped;
        out.println(passed + " passed, " + failed + " failed, " + skipped + " skipped");
        return failed == 0 ? 0 : 1;
    }

    private static String number(double value) {
        return value == 0 ? "exact" : String.format(Locale.ROOT, "%.1e", value);
    }
}
