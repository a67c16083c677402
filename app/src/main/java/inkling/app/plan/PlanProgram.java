package inkling.app.plan;

import inkling.app.terminal.TextTable;
import inkling.core.accounting.Difference;
import inkling.core.accounting.FitCheck;
import inkling.core.accounting.Plan;
import inkling.core.accounting.Quantities;
import inkling.core.accounting.RunMemory;
import inkling.core.train.TrainConfig;
import inkling.core.train.TrainPresets;
import java.util.ArrayList;
import java.util.List;

/// What inkling itself does and takes, beside what the textbook's formulas say.
final class PlanProgram {
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
            printed.text.append("  more tokens at once than this program's tensors have rows\n");
        }
        question.memory()
                .ifPresent(bytes -> printed.text
                        .append("  ")
                        .append(fit(plan, question, bytes))
                        .append('\n'));
        return printed.text.toString();
    }

    private void differences() {
        int atOnce = config.batch().sequencesPerMicroBatch();
        text.append("\nThis program beside the textbook (")
                .append(PlanText.number(atOnce))
                .append(atOnce == 1 ? " sequence" : " sequences")
                .append(" at once)\n");
        TextTable table = new TextTable("  ", 1).row("", "textbook", "program");
        List<String> reasons = new ArrayList<>(List.of("", ""));
        var parameters = plan.parameters().total();
        table.row("parameters", PlanText.number(parameters.value()), PlanText.number(parameters.value()));
        List<Difference> activations = Difference.activations(plan.config(), atOnce, plan.tokens());
        List<Difference> all = new ArrayList<>();
        all.add(Difference.parameterBytes(plan));
        all.add(Difference.flops(plan, question.batch()));
        all.add(new Difference(
                "bytes of activations",
                activations.stream().mapToLong(Difference::textbook).sum(),
                activations.stream().mapToLong(Difference::program).sum(),
                ""));
        activations.forEach(
                one -> all.add(new Difference("  " + one.what(), one.textbook(), one.program(), one.reason())));
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
