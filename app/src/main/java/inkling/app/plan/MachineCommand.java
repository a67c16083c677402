package inkling.app.plan;

import inkling.core.accounting.Machine;
import inkling.core.accounting.Quantities;
import inkling.core.nn.ModelPresets;
import inkling.tokenizer.json.JsonWriter;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Measures this machine once and remembers the result.
@Command(
        name = "machine",
        description = {
            "",
            "What this machine can do, measured: FP32 peak per core and of all, memory bandwidth, SIMD width, and the"
                    + " rate of the matrix products at a model's own shapes.",
            "The result is remembered; plan uses it where no --peak is given."
        },
        optionListHeading = "%nOptions:%n",
        footer = {"", "Examples:", "  inkling machine", "  inkling machine --again --preset gpt2-small --json"})
public final class MachineCommand implements Callable<Integer> {
    private static final int MAX_ROWS = 65_536;

    private final PrintStream out;

    @Option(
            names = "--preset",
            paramLabel = "NAME",
            defaultValue = "tinystories",
            description = "The model whose products are measured (default tinystories).")
    private String preset = "tinystories";

    @Option(names = "--rows", paramLabel = "N", defaultValue = "2048", description = "Tokens in a step (default 2048).")
    private int rows;

    @Option(names = "--again", description = "Measure anew even if a result is remembered.")
    private boolean again;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    /// The command, printing to a stream.
    public MachineCommand(PrintStream out) {
        this.out = out;
    }

    /// The file in the user's cache folder where the result is remembered.
    public static Path cacheFile() {
        String cache = System.getenv("XDG_CACHE_HOME");
        Path folder =
                cache == null || cache.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(cache);
        return folder.resolve("inkling").resolve("machine.json");
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (rows < 1 || rows > MAX_ROWS) {
            throw new IllegalArgumentException("--rows is " + rows + ", expected 1 to " + MAX_ROWS);
        }
        Optional<Machine> remembered = again ? Optional.empty() : Machine.read(cacheFile());
        Machine machine = remembered.isPresent()
                ? remembered.get()
                : Machine.measure(ModelPresets.named(preset).config(), rows);
        if (remembered.isEmpty()) {
            machine.write(cacheFile());
        }
        if (json) {
            out.println(JsonWriter.indented(machine.json()));
            return 0;
        }
        TextTable table = new TextTable("", 1);
        table.row("machine", machine.key());
        table.row("SIMD width", machine.vectorBits() + " bits");
        table.row("FP32 peak, one core", rate(machine.peakPerCore()));
        table.row("FP32 peak, " + machine.cores() + " cores", rate(machine.peakAll()));
        table.row("memory, copy", Quantities.gigabytes(machine.copyBytesPerSecond()) + "/s");
        for (Machine.ProductRate product : machine.products()) {
            table.row(
                    product.name(),
                    rate(product.flopsPerSecond()),
                    String.format(Locale.ROOT, "%.0f %% of peak", 100 * product.flopsPerSecond() / machine.peakAll()));
        }
        out.print(table.text());
        if (remembered.isPresent()) {
            out.println("(remembered in " + cacheFile() + "; --again measures anew)");
        }
        return 0;
    }

    private static String rate(double flopsPerSecond) {
        return Quantities.flops(flopsPerSecond) + "/s";
    }
}
