package inkling.app.lab;

import inkling.app.terminal.TextTable;
import inkling.core.generate.Sampler;
import inkling.core.generate.SamplingSpec;
import inkling.core.tensor.Tensor;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Shows what temperature, top-k and top-p make of a few logits.
@Command(
        name = "sampling",
        description = {
            "With which probability each token is drawn: softmax(z/τ), of which top-k and top-p keep the likeliest."
                    + " Every combination of --temperature and --top-p is a column."
        },
        optionListHeading = "%nOptions:%n",
        footer = {"", "Example:", "  inkling lab sampling --logits 3,2,1,0 --temperature 0.5,1,2 --top-p 1,0.9"})
public final class SamplingCommand implements Callable<Integer> {
    private final PrintStream out;

    @Option(
            names = "--logits",
            split = ",",
            paramLabel = "Z",
            defaultValue = "3,2,1,0",
            description = "One for each token (default ${DEFAULT-VALUE}).")
    private List<Float> logits = new ArrayList<>();

    @Option(
            names = "--temperature",
            split = ",",
            paramLabel = "T",
            defaultValue = "0.5,1,2",
            description = "Logits are divided by it (default ${DEFAULT-VALUE}).")
    private List<Double> temperatures = new ArrayList<>();

    @Option(
            names = "--top-p",
            split = ",",
            paramLabel = "P",
            defaultValue = "1",
            description = "Only the likeliest tokens that together reach P (default 1: all).")
    private List<Double> topPs = new ArrayList<>();

    @Option(
            names = "--top-k",
            paramLabel = "K",
            defaultValue = "0",
            description = "Only the K likeliest tokens (default 0: all).")
    private int topK;

    /// The command, printing to a stream.
    public SamplingCommand(PrintStream out) {
        this.out = out;
    }

    @Override
    public Integer call() {
        if (logits.size() > 1000) {
            throw new IllegalArgumentException("--logits has " + logits.size() + " values, expected at most 1,000");
        }
        List<String> headings = new ArrayList<>(List.of("token", "logit"));
        List<double[]> columns = new ArrayList<>();
        for (double temperature : temperatures) {
            for (double topP : topPs) {
                columns.add(distribution(new SamplingSpec(temperature, topK, topP)));
                headings.add("τ " + temperature + (topP < 1 ? ", p " + topP : ""));
            }
        }
        TextTable table = new TextTable("", 0).row(headings);
        for (int id = 0; id < logits.size(); id++) {
            List<String> cells =
                    new ArrayList<>(List.of(Integer.toString(id), logits.get(id).toString()));
            for (double[] column : columns) {
                cells.add(column[id] == 0 ? "–" : String.format(Locale.ROOT, "%.4f", column[id]));
            }
            table.row(cells);
        }
        out.print(table.text());
        return 0;
    }

    private double[] distribution(SamplingSpec spec) {
        try (Arena arena = Arena.ofConfined()) {
            Tensor tensor = Tensor.allocate(arena, logits.size());
            for (int id = 0; id < logits.size(); id++) {
                tensor.set(id, logits.get(id));
            }
            return new Sampler(spec, RandomGenerator.getDefault()).distribution(tensor);
        }
    }
}
