package inkling.app.plan;

import inkling.app.terminal.TextTable;
import inkling.core.accounting.Difference;
import inkling.core.accounting.FitCheck;
import inkling.core.accounting.Plan;
import inkling.core.accounting.Quantities;
import inkling.core.accounting.RunMemory;
import inkling.core.train.TrainConfig;
import inkling.core.train.TrainPresets;
import inkling.tokenizer.json.JsonValue;
import inkling.tokenizer.json.JsonValue.JsonObject;
import java.util.ArrayList;
import java.util.List;

/// What inkling itself does and takes, beside what the textbook's formulas say: as tables and as JSON.
final class PlanProgram {
    private static final String TOO_MANY_TOKENS = "more tokens at once than this program's tensors have rows";

    private final StringBuilder text = new StringBuilder();
    private final Plan plan;
    private final PlanQuestion question;
    private final TrainConfig config;

    private PlanProgram(Plan plan, PlanQuestion question) {
        this.plan = plan;
        this.question = question;
        this.config = config(plan, question);
    }

    /// The run that is checked: the question's batch in full sequences, with AdamW.
    static TrainConfig config(Plan plan, PlanQuestion question) {
        var batch = new TrainConfig.Batch(Math.toIntExact(question.batch()), plan.tokens(), question.microBatches());
        return TrainPresets.config(plan.config(), 1).with(plan.config(), batch);
    }

    static String of(Plan plan, PlanQuestion question) {
        PlanProgram printed = new PlanProgram(plan, question);
        try {
            printed.differences();
            printed.memory();
        } catch (ArithmeticException _) {
            printed.text.append("  ").append(TOO_MANY_TOKENS).append('\n');
        }
        question.memory()
                .ifPresent(bytes -> printed.text
                        .append("  ")
                        .append(fit(plan, question, bytes))
                        .append('\n'));
        return printed.text.toString();
    }

    /// The same figures as JSON, in the table's order.
    static JsonObject json(Plan plan, PlanQuestion question) {
        PlanProgram program = new PlanProgram(plan, question);
        JsonObject json = JsonValue.object().with("sequences_at_once", program.atOnce());
        try {
            List<Difference> activations = program.activations();
            JsonObject components = JsonValue.object();
            for (Difference one : activations) {
                components = components.with(one.key(), json(one));
            }
            for (Difference one : program.totals(activations)) {
                json = json.with(one.key(), json(one));
            }
            json = json.with("activation_components_bytes", components).with("run_bytes", program.runBytes());
        } catch (ArithmeticException _) {
            json = json.with("refused", TOO_MANY_TOKENS);
        }
        return question.memory().isEmpty()
                ? json
                : json.with("fit", fit(plan, question, question.memory().getAsLong()));
    }

    private static JsonObject json(Difference one) {
        JsonObject both = JsonValue.object().with("textbook", one.textbook()).with("program", one.program());
        return one.reason().isEmpty() ? both : both.with("reason", one.reason());
    }

    private JsonObject runBytes() {
        RunMemory memory = RunMemory.of(config);
        JsonObject json = JsonValue.object();
        for (RunMemory.Part part : memory.parts()) {
            json = json.with(part.key(), part.bytes());
        }
        return json.with("total", memory.totalBytes());
    }

    private int atOnce() {
        return config.batch().sequencesPerMicroBatch();
    }

    private List<Difference> activations() {
        return Difference.activations(plan.config(), atOnce(), plan.tokens());
    }

    private List<Difference> totals(List<Difference> activations) {
        return List.of(
                Difference.parameters(plan),
                Difference.parameterBytes(plan),
                Difference.flops(plan, question.batch()),
                Difference.activationBytes(activations));
    }

    private void differences() {
        int atOnce = atOnce();
        text.append("\nThis program beside the textbook (")
                .append(PlanText.number(atOnce))
                .append(atOnce == 1 ? " sequence" : " sequences")
                .append(" at once)\n");
        TextTable table = new TextTable("  ", 1).row("", "textbook", "program");
        List<String> reasons = new ArrayList<>(List.of(""));
        List<Difference> activations = activations();
        List<Difference> all = new ArrayList<>(totals(activations));
        activations.forEach(one ->
                all.add(new Difference(one.key(), "  " + one.what(), one.textbook(), one.program(), one.reason())));
        for (Difference one : all) {
            table.row(one.what(), PlanText.number(one.textbook()), PlanText.number(one.program()));
            reasons.add(one.reason().isEmpty() ? "" : "  ← " + one.reason());
        }
        String[] lines = table.text().split("\n");
        for (int i = 0; i < lines.length; i++) {
            text.append(lines[i]).append(reasons.get(i)).append('\n');
        }
    }

    private void memory() {
        RunMemory memory = RunMemory.of(config);
        text.append("\nMemory of a training run of this program\n");
        TextTable table = new TextTable("  ", 1);
        for (RunMemory.Part part : memory.parts()) {
            table.row(part.title(), PlanText.number(part.bytes()), Quantities.gigabytes(part.bytes()));
        }
        table.row("total", PlanText.number(memory.totalBytes()), Quantities.gigabytes(memory.totalBytes()));
        text.append(table.text());
    }

    /// Whether the run fits into so many bytes, in one line.
    static String fit(Plan plan, PlanQuestion question, long bytes) {
        return FitCheck.of(config(plan, question), bytes).sentence();
    }
}
