package inkling.app.plan;

import inkling.core.accounting.MatrixProduct.Part;
import inkling.core.accounting.Plan;
import inkling.core.accounting.Quantities;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/// Plans side by side: one row for each figure, one column for each plan.
final class PlanComparison {
    private PlanComparison() {}

    static String of(List<Plan> plans, PlanQuestion question) {
        TextTable table = new TextTable("", 1);
        row(table, "", plans, Plan::name);
        row(table, "V", plans, plan -> PlanText.number(plan.config().vocabularySize()));
        row(table, "T", plans, plan -> PlanText.number(plan.tokens()));
        row(table, "D", plans, plan -> PlanText.number(plan.config().dModel()));
        row(table, "L", plans, plan -> PlanText.number(plan.config().numLayers()));
        row(table, "H", plans, plan -> PlanText.number(plan.config().numHeads()));
        row(
                table,
                "F",
                plans,
                plan -> PlanText.number(plan.config().feedForward().width()));
        row(
                table,
                "parameters",
                plans,
                plan -> PlanText.number(plan.parameters().total().value()));
        row(
                table,
                "  without the embedding",
                plans,
                plan -> PlanText.number(plan.parameters().nonEmbedding().value()));
        row(
                table,
                "  bytes in fp32",
                plans,
                plan -> Quantities.gigabytes(4.0 * plan.parameters().total().value()));
        row(
                table,
                "forward FLOPs, one sequence",
                plans,
                plan -> PlanText.number(plan.products().total().value()));
        for (Part part : Part.values()) {
            row(
                    table,
                    "  " + part.title(),
                    plans,
                    plan -> String.format(
                            Locale.ROOT, "%.2f %%", 100 * plan.products().share(part)));
        }
        row(table, "training FLOPs, one token", plans, plan -> Quantities.flops(plan.trainingFlopsPerToken()));
        row(
                table,
                "memory b",
                plans,
                plan -> PlanText.number(plan.memory().fixed().value()));
        row(
                table,
                "memory a, one sequence",
                plans,
                plan -> PlanText.number(plan.memory().perSequence().value()));
        for (PlanQuestion.Memory limit : question.memories()) {
            row(
                    table,
                    "largest batch in " + limit.text(),
                    plans,
                    plan -> PlanText.number(plan.memory().largestBatch(limit.bytes())));
        }
        row(
                table,
                "AdamW FLOPs, one step",
                plans,
                plan -> PlanText.number(plan.optimizer().total().value()));
        if (plans.stream().allMatch(plan -> plan.time().isPresent())) {
            row(
                    table,
                    "days",
                    plans,
                    plan -> plan.time()
                            .map(time -> String.format(Locale.ROOT, "%,.1f", time.days()))
                            .orElse(""));
        }
        return table.text();
    }

    private static void row(TextTable table, String title, List<Plan> plans, Function<Plan, String> figure) {
        List<String> cells = new ArrayList<>();
        cells.add(title);
        plans.forEach(plan -> cells.add(figure.apply(plan)));
        table.row(cells);
    }
}
