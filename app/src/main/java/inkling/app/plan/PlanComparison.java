package inkling.app.plan;

import inkling.app.terminal.TextTable;
import inkling.core.accounting.Figure;
import inkling.core.accounting.MatrixProduct.Part;
import inkling.core.accounting.Plan;
import inkling.core.accounting.Quantities;
import inkling.core.nn.ModelConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/// Plans side by side: one row for each figure, one column for each plan.
final class PlanComparison {
    private final TextTable table = new TextTable("", 1);
    private final List<Plan> plans;

    private PlanComparison(List<Plan> plans) {
        this.plans = plans;
    }

    static String of(List<Plan> plans, PlanQuestion question) {
        PlanComparison comparison = new PlanComparison(plans);
        comparison.row("", Plan::name);
        comparison.sizes();
        comparison.flops();
        comparison.memory(question);
        return comparison.table.text();
    }

    private void sizes() {
        size("V", ModelConfig::vocabularySize);
        size("T", ModelConfig::contextLength);
        size("D", ModelConfig::dModel);
        size("L", ModelConfig::numLayers);
        size("H", ModelConfig::numHeads);
        size("F", config -> config.feedForward().width());
        figure("parameters", plan -> plan.parameters().total());
        figure("  without the embedding", plan -> plan.parameters().nonEmbedding());
        row(
                "  bytes in fp32",
                plan -> Quantities.gigabytes(4.0 * plan.parameters().total().value()));
    }

    private void flops() {
        figure("forward FLOPs, one sequence", plan -> plan.products().total());
        for (Part part : Part.values()) {
            row(
                    "  " + part.title(),
                    plan -> String.format(
                            Locale.ROOT, "%.2f %%", 100 * plan.products().share(part)));
        }
        row("training FLOPs, one token", plan -> Quantities.flops(plan.trainingFlopsPerToken()));
    }

    private void memory(PlanQuestion question) {
        figure("memory b", plan -> plan.memory().fixed());
        figure("memory a, one sequence", plan -> plan.memory().perSequence());
        for (PlanQuestion.Memory limit : question.memories()) {
            row(
                    "largest batch in " + limit.text(),
                    plan -> PlanText.number(plan.memory().largestBatch(limit.bytes())));
        }
        figure("AdamW FLOPs, one step", plan -> plan.optimizer().total());
        if (plans.stream().allMatch(plan -> plan.time().isPresent())) {
            row(
                    "days",
                    plan -> plan.time()
                            .map(time -> String.format(Locale.ROOT, "%,.1f", time.days()))
                            .orElse(""));
        }
    }

    private void size(String title, Function<ModelConfig, Integer> size) {
        row(title, plan -> PlanText.number(size.apply(plan.config())));
    }

    private void figure(String title, Function<Plan, Figure> figure) {
        row(title, plan -> PlanText.number(figure.apply(plan).value()));
    }

    private void row(String title, Function<Plan, String> cell) {
        List<String> cells = new ArrayList<>();
        cells.add(title);
        plans.forEach(plan -> cells.add(cell.apply(plan)));
        table.row(cells);
    }
}
