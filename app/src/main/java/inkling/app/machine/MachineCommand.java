package inkling.app.machine;

import inkling.app.terminal.Terminal;
import inkling.app.terminal.TextTable;
import inkling.core.accounting.Machine;
import inkling.core.accounting.Quantities;
import inkling.core.accounting.Work;
import inkling.core.nn.ModelConfig;
import inkling.core.nn.ModelPresets;
import inkling.tokenizer.json.JsonWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Measures this machine once and remembers the result.
@Command(
        name = "machine",
        description = {
            "What this machine can do, measured: FP32 peak per core and of all, memory bandwidth, SIMD width, and the"
                    + " rate of the matrix products and of attention at a model's own shapes.",
            "The result is remembered for this machine; plan and train predict times with it, and MFU is a share of its"
                    + " peak."
        },
        sortOptions = false,
        optionListHeading = "%nOptions:%n",
        footer = {"", "Examples:", "  inkling machine", "  inkling machine --measure --preset gpt2-small --json"})
public final class MachineCommand implements Callable<Integer> {
    private static final int MAX_ROWS = 65_536;

    private final Terminal terminal;

    @Option(
            names = "--preset",
            paramLabel = "NAME",
            defaultValue = "tinystories",
            description = "The model whose shapes are measured (default tinystories).")
    private String preset = "tinystories";

    @Option(
            names = "--batch-size",
            paramLabel = "B",
            defaultValue = "8",
            description = "Sequences computed at once (default 8).")
    private int batchSize;

    @Option(names = "--measure", description = "Measure anew even if the figures are remembered.")
    private boolean measure;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Mixin
    private MatmulOptions matmul = new MatmulOptions();

    /// The command, printing to a terminal.
    public MachineCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        ModelConfig model = ModelPresets.named(preset).config();
        if (batchSize < 1 || (long) batchSize * model.contextLength() > MAX_ROWS) {
            throw new IllegalArgumentException("--batch-size is " + batchSize + ", expected 1 to "
                    + MAX_ROWS / model.contextLength() + " sequences of " + model.contextLength() + " tokens");
        }
        List<Work> work = Work.of(model, batchSize, model.contextLength());
        matmul.announce(terminal);
        MachineProfile profile = new MachineProfile(terminal, matmul);
        Machine machine = measure ? profile.again(work) : profile.measured(work);
        terminal.out().print(json ? JsonWriter.indented(machine.json()) + "\n" : table(machine, work, profile.file()));
        return 0;
    }

    private String table(Machine machine, List<Work> work, Path file) {
        TextTable table = new TextTable("", 1);
        table.row("SIMD width", machine.vectorBits() + " bits");
        table.row("FP32 peak, one core", rate(machine.peakPerCore()));
        table.row("FP32 peak, " + machine.cores() + " cores", rate(machine.peakAll()));
        table.row("memory, copy", Quantities.gigabytes(machine.copyBytesPerSecond()) + "/s");
        TextTable rates = new TextTable("", 2).row("", "", "forward", "of peak", "with backward", "of peak");
        for (Work one : work) {
            machine.rate(one)
                    .ifPresent(rate -> rates.row(
                            one.name(),
                            one.shape(),
                            rate(rate.forward()),
                            share(rate.forward() / machine.peakAll()),
                            rate(rate.training()),
                            share(rate.training() / machine.peakAll())));
        }
        return machine.key() + "\n\n" + table.text() + "\nAt the shapes of " + preset + ", " + batchSize
                + " sequences at once" + sample(work) + "\n" + rates.text() + "\nremembered in " + file
                + "; --measure measures anew\n";
    }

    /// What was measured, where it is less than the whole batch: the rate is the same and the time shorter.
    private String sample(List<Work> work) {
        long tokens = (long) batchSize * ModelPresets.named(preset).config().contextLength();
        int measured = work.stream().mapToInt(Work::rows).max().orElseThrow();
        return measured == tokens
                ? ""
                : String.format(Locale.ROOT, ", at most %,d of their %,d tokens in one measurement", measured, tokens);
    }

    private static String share(double share) {
        return String.format(Locale.ROOT, "%.0f %%", 100 * share);
    }

    private static String rate(double flopsPerSecond) {
        return Quantities.flops(flopsPerSecond) + "/s";
    }
}
