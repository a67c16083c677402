package inkling.app.lab;

import inkling.core.accounting.Plan;
import inkling.core.nn.ModelPresets;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Shows figures that published answers get wrong, beside the right ones.
@Command(
        name = "mistakes",
        description = {
            "Figures that published answers to the assignment get wrong: computed as they do, computed right, and why."
        },
        optionListHeading = "%nOptions:%n",
        footer = {"", "Examples:", "  inkling lab mistakes", "  inkling lab mistakes heads models"})
public final class MistakesCommand implements Callable<Integer> {
    private final PrintStream out;

    @Parameters(
            arity = "0..*",
            paramLabel = "NAME",
            description = "heads, models, activations, gigabytes, adam, integers, expression or merges (default: all).")
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--preset",
            paramLabel = "NAME",
            defaultValue = "gpt2-xl",
            description = "The architecture that is counted (default ${DEFAULT-VALUE}).")
    private String preset = "gpt2-xl";

    /// The command, printing to a stream.
    public MistakesCommand(PrintStream out) {
        this.out = out;
    }

    @Override
    public Integer call() throws IOException {
        List<Mistake> all =
                Mistake.all(Plan.of(preset, ModelPresets.named(preset).config()));
        List<String> known = all.stream().map(Mistake::name).toList();
        for (String name : names) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException(
                        "mistake '" + name + "' is none of " + known.stream().collect(Collectors.joining(", ")));
            }
        }
        for (Mistake mistake : all) {
            if (names.isEmpty() || names.contains(mistake.name())) {
                print(mistake);
            }
        }
        return 0;
    }

    private void print(Mistake mistake) {
        out.println(mistake.title());
        mistake.wrong().forEach(line -> out.println("  wrong  " + line));
        mistake.right().forEach(line -> out.println("  right  " + line));
        out.println("  why    " + mistake.reason());
    }
}
