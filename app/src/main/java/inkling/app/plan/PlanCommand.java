package inkling.app.plan;

import inkling.app.machine.MachineProfile;
import inkling.app.terminal.Terminal;
import inkling.core.accounting.Budget;
import inkling.core.accounting.Machine;
import inkling.core.accounting.Plan;
import inkling.core.accounting.ProcessMemory;
import inkling.core.accounting.Quantities;
import inkling.core.nn.ModelPresets;
import inkling.tokenizer.file.ReplacedFile;
import inkling.tokenizer.json.JsonValue;
import inkling.tokenizer.json.JsonValue.JsonArray;
import inkling.tokenizer.json.JsonValue.JsonObject;
import inkling.tokenizer.json.JsonWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Says what a model costs before it runs: parameters, FLOPs, memory, time.
@Command(
        name = "plan",
        description = {
            "What a model costs before it runs: parameters, FLOPs of every matrix product, memory, time.",
            "Every figure is exact, and --formulas shows the algebra behind it."
        },
        sortOptions = false,
        optionListHeading = "%nOptions:%n",
        footer = {
            "",
            "Examples:",
            "  inkling plan --preset gpt2-xl --batch-size 1024 --steps 400K --peak 19.5TFLOP/s --mfu 0.5",
            "  inkling plan --preset gpt2-xl --sweep context-length=1024,4096,16384",
            "  inkling plan --compare gpt2-small gpt2-medium gpt2-large gpt2-xl --d-ff 8/3",
            "  inkling plan --config runs/mine --device-memory 16GiB --json"
        })
public final class PlanCommand implements Callable<Integer> {
    private static final List<String> PICTURE_LENGTHS =
            List.of("256", "512", "1024", "2048", "4096", "8192", "16384", "32768");
    private static final List<ModelPresets> PICTURE_SIZES = List.of(
            ModelPresets.TINYSTORIES,
            ModelPresets.GPT2_SMALL,
            ModelPresets.GPT2_MEDIUM,
            ModelPresets.GPT2_LARGE,
            ModelPresets.GPT2_XL);

    private final Terminal terminal;
    private final MachineProfile profile;

    @Mixin
    private ModelOptions model = new ModelOptions();

    @Option(
            names = "--batch-size",
            paramLabel = "B",
            defaultValue = "1",
            description = "Sequences in a step (default 1).")
    private String batchSize = "1";

    @Option(
            names = "--micro-batches",
            paramLabel = "N",
            defaultValue = "1",
            description = "Parts of a batch, computed one after the other to save memory (default 1).")
    private String microBatches = "1";

    @Option(names = "--steps", paramLabel = "N", description = "Optimizer steps of the run, such as 400K.")
    private @Nullable String steps;

    @Option(
            names = "--tokens",
            paramLabel = "N",
            description = "Tokens of the run, such as 327.68M, instead of --steps.")
    private @Nullable String tokens;

    @Option(
            names = "--device-memory",
            paramLabel = "SIZE",
            description = "Memory that a run must fit, such as 80GB or 80GiB; the largest batch is shown for both"
                    + " (default: 80GB for the largest batch, and what is free here for the check of this program).")
    private @Nullable String deviceMemory;

    @Option(
            names = "--peak",
            paramLabel = "RATE",
            description = "Peak of the machine, such as 19.5TFLOP/s (default: the measured peak of this one).")
    private @Nullable String peak;

    @Option(
            names = "--mfu",
            paramLabel = "SHARE",
            description =
                    "Share of the peak that training reaches, 0 to 1 (default: 0.5 with --peak, else predicted from"
                            + " this machine's measured rates).")
    private @Nullable Double mfu;

    @Option(
            names = "--compare",
            arity = "1..*",
            paramLabel = "CONFIG",
            description = "Presets, config files or run folders side by side.")
    private List<String> compare = new ArrayList<>();

    @Option(names = "--sweep", paramLabel = "SIZE=A,B,…", description = "One size at several values side by side.")
    private @Nullable String sweep;

    @Option(names = "--formulas", description = "The algebra: every figure in symbols, then in numbers.")
    private boolean formulas;

    @Option(
            names = "--json",
            description =
                    "Print JSON: the textbook's figures, and under \"program\" what this program itself does beside"
                            + " them, with the reason where they differ.")
    private boolean json;

    @Option(names = "--csv", description = "Print the JSON's figures as comma-separated values.")
    private boolean csv;

    @Option(
            names = "--picture",
            paramLabel = "FILE",
            description = "Write an SVG: share of each part over model size and over context length.")
    private @Nullable Path picture;

    /// The command, printing to a terminal.
    public PlanCommand(Terminal terminal) {
        this.terminal = terminal;
        this.profile = new MachineProfile(terminal);
    }

    @Override
    public Integer call() throws IOException {
        var out = terminal.out();
        PlanQuestion question = question();
        List<Plan> plans = plans(question);
        if (picture != null) {
            try (ReplacedFile file = ReplacedFile.create(picture)) {
                file.stream().write(picture(question).getBytes(StandardCharsets.UTF_8));
                file.commit();
            }
        }
        if (json) {
            List<JsonValue> all = new ArrayList<>(json(plans, question));
            out.println(JsonWriter.indented(all.size() == 1 ? all.getFirst() : new JsonArray(all)));
        } else if (csv) {
            out.print(PlanCsv.of(json(plans, question)));
        } else if (formulas) {
            plans.forEach(plan -> out.print(PlanFormulas.of(plan, question)));
        } else {
            out.print(plans.size() == 1 ? PlanText.of(plans.getFirst(), question) : PlanComparison.of(plans, question));
            fitHere(plans, question);
        }
        return 0;
    }

    /// A note on whether the run fits into what is free on this machine, apart from the figures that are the same
    /// everywhere.
    private void fitHere(List<Plan> plans, PlanQuestion question) {
        OptionalLong free = new ProcessMemory().free();
        if (plans.size() == 1 && question.memory().isEmpty() && free.isPresent()) {
            terminal.note("on this machine: " + PlanProgram.fit(plans.getFirst(), question, free.getAsLong()));
        }
    }

    private void refuseContradictions() {
        if ((json ? 1 : 0) + (csv ? 1 : 0) + (formulas ? 1 : 0) > 1) {
            throw new IllegalArgumentException("give --json or --csv or --formulas, not several");
        }
        if (steps != null && tokens != null) {
            throw new IllegalArgumentException("give --steps or --tokens, not both");
        }
        if (mfu != null && !(mfu > 0 && mfu <= 1)) {
            throw new IllegalArgumentException("--mfu is " + mfu + ", expected more than 0 and at most 1");
        }
        if (steps == null && tokens == null && (peak != null || mfu != null)) {
            throw new IllegalArgumentException(
                    (peak != null ? "--peak" : "--mfu") + " is for a run: give --steps or --tokens");
        }
    }

    private PlanQuestion question() throws IOException {
        refuseContradictions();
        int batch = ModelOptions.size("--batch-size", batchSize);
        int parts = ModelOptions.size("--micro-batches", microBatches);
        if (batch % parts != 0) {
            throw new IllegalArgumentException("--micro-batches " + parts + " does not divide --batch-size " + batch);
        }
        return new PlanQuestion(
                batch,
                parts,
                deviceMemory == null ? OptionalLong.empty() : OptionalLong.of(Quantities.bytes(deviceMemory)),
                PlanQuestion.inBothUnits(deviceMemory == null ? "80GB" : deviceMemory),
                steps == null ? OptionalLong.empty() : OptionalLong.of(Quantities.count("--steps", steps)),
                tokens == null ? OptionalLong.empty() : OptionalLong.of(Quantities.count("--tokens", tokens)),
                peak == null ? OptionalDouble.empty() : OptionalDouble.of(Quantities.flopsPerSecond(peak)),
                mfu == null ? OptionalDouble.empty() : OptionalDouble.of(mfu));
    }

    private List<Plan> plans(PlanQuestion question) throws IOException {
        List<Plan> plans = new ArrayList<>();
        if (!compare.isEmpty() && sweep != null) {
            throw new IllegalArgumentException("give --compare or --sweep, not both");
        }
        if (!compare.isEmpty()) {
            for (String one : compare) {
                plans.add(plan(model.compared(one), question));
            }
        } else if (sweep != null) {
            plans.addAll(swept(sweep, question));
        } else {
            plans.add(plan(model.model(), question));
        }
        return plans;
    }

    private List<Plan> swept(String what, PlanQuestion question) throws IOException {
        String[] keyAndValues = what.split("=", 2);
        if (keyAndValues.length < 2 || keyAndValues[1].isBlank()) {
            throw new IllegalArgumentException(
                    "--sweep " + what + ": expected SIZE=A,B,… such as context-length=1024,4096,16384");
        }
        String key = keyAndValues[0].replaceFirst("^--", "");
        if (!ModelOptions.SWEPT.contains(key)) {
            throw new IllegalArgumentException("--sweep " + what + ": cannot sweep " + key + ", expected one of "
                    + String.join(", ", ModelOptions.SWEPT));
        }
        List<Plan> plans = new ArrayList<>();
        for (String value : keyAndValues[1].split(",", -1)) {
            if (value.isBlank()) {
                throw new IllegalArgumentException("--sweep " + what + ": a value between two commas is missing");
            }
            plans.add(plan(model.modelWith(key, value.strip()), question));
        }
        return plans;
    }

    private Plan plan(ModelOptions.Named named, PlanQuestion question) {
        Plan plan = Plan.of(named.name(), named.config());
        OptionalLong count = question.stepsOf(plan.tokens());
        return count.isEmpty() ? plan : plan.within(budget(plan, count.getAsLong(), question));
    }

    /// At the given peak and MFU; what is not given is that of this machine, measured.
    private Budget budget(Plan plan, long count, PlanQuestion question) {
        if (question.peak().isPresent()) {
            return new Budget(
                    question.batch(),
                    count,
                    question.peak().getAsDouble(),
                    question.mfu().orElse(0.5));
        }
        Machine machine = profile.machine();
        double share = question.mfu().isPresent()
                ? question.mfu().getAsDouble()
                : profile.forecast(plan.config(), question.batch()).tokensPerSecond()
                        * plan.trainingFlopsPerToken()
                        / machine.peakAll();
        return new Budget(question.batch(), count, machine.peakAll(), Math.min(1, share));
    }

    private static List<JsonObject> json(List<Plan> plans, PlanQuestion question) {
        return plans.stream().map(plan -> PlanJson.of(plan, question)).toList();
    }

    private String picture(PlanQuestion question) throws IOException {
        if (!compare.isEmpty() || sweep != null) {
            return PlanPicture.of(List.of(new PlanPicture.Panel("side by side", plans(question))));
        }
        List<Plan> sizes = new ArrayList<>();
        for (ModelPresets preset : PICTURE_SIZES) {
            sizes.add(Plan.of(preset.label(), preset.config()));
        }
        List<Plan> lengths = new ArrayList<>();
        for (String length : PICTURE_LENGTHS) {
            Plan swept = plan(model.modelWith("context-length", length), question);
            lengths.add(Plan.of(length, swept.config()));
        }
        return PlanPicture.of(List.of(
                new PlanPicture.Panel("over model size (each preset at its own context length)", sizes),
                new PlanPicture.Panel("over context length (" + model.model().name() + ")", lengths)));
    }
}
