package inkling.core.check;

import inkling.core.accounting.Budget;
import inkling.core.accounting.Figure;
import inkling.core.accounting.MatrixProduct.Part;
import inkling.core.accounting.Plan;
import inkling.core.accounting.Quantities;
import inkling.core.accounting.TrainingMemory;
import inkling.core.accounting.TrainingTime;
import inkling.core.format.ModelConfigJson;
import inkling.tokenizer.json.JsonPlace;
import java.io.IOException;
import java.util.List;

/// `accounting.json`: every figure of every size and variant, exactly.
final class AccountingReferences {
    private static final String FAMILY = "accounting";

    private final References references;
    private int compared;
    private double wrong;

    AccountingReferences(References references) {
        this.references = references;
    }

    void run() throws IOException {
        if (references.lacks(FAMILY, "accounting figures", "accounting.json")) {
            return;
        }
        for (JsonPlace entry : references.json("accounting.json").items()) {
            compared = 0;
            wrong = 0;
            Plan plan = Plan.of(entry.member("name").text(), ModelConfigJson.read(entry.member("config")));
            parameters(plan, entry.member("parameters"));
            flops(plan, entry.member("forward_flops"));
            memory(plan.memory(), entry.member("adamw_memory"));
            equal(plan.optimizer().total(), entry, "adamw_flops_per_step");
            if (entry.optional("training").isPresent()) {
                for (JsonPlace run : entry.member("training").items()) {
                    time(plan, run);
                }
            }
            String kind = entry.member("config").member("ffn").text();
            String sizes = plan.name() + ", " + kind + " "
                    + plan.config().feedForward().width() + ", T " + plan.tokens();
            references.exact(FAMILY, sizes + ": " + compared + " figures", wrong);
        }
    }

    private void parameters(Plan plan, JsonPlace expected) throws IOException {
        all(plan.parameters().parts(), expected);
        all(plan.parameters().layerParts(), expected.member("per_layer"));
        equal(plan.parameters().total(), expected, "total");
        equal(plan.parameters().nonEmbedding(), expected, "non_embedding");
    }

    private void flops(Plan plan, JsonPlace expected) throws IOException {
        all(plan.products().byPart(), expected);
        equal(plan.products().total(), expected, "total");
        for (Part part : Part.values()) {
            equal(plan.products().share(part), expected.member("share").member(part.key()));
        }
    }

    private void memory(TrainingMemory memory, JsonPlace expected) throws IOException {
        equal(memory.parameters(), expected, "parameters_bytes");
        equal(memory.gradients(), expected, "gradients_bytes");
        equal(memory.moments(), expected, "optimizer_bytes");
        equal(memory.fixed(), expected, "fixed_bytes");
        equal(memory.perSequence(), expected, "activation_bytes_per_sequence");
        equal(memory.largestBatch(Quantities.bytes("80GB")), expected.member("max_batch_80_GB"));
        equal(memory.largestBatch(Quantities.bytes("80GiB")), expected.member("max_batch_80_GiB"));
    }

    private void time(Plan plan, JsonPlace run) throws IOException {
        Budget budget = new Budget(
                run.member("batch").integer(1L, Long.MAX_VALUE),
                run.member("steps").integer(1L, Long.MAX_VALUE),
                run.member("peak_flops").number(),
                run.member("mfu").number());
        TrainingTime time = plan.within(budget).time().orElseThrow();
        equal(time.totalFlops().doubleValue(), run.member("total_flops"));
        equal(time.seconds(), run.member("seconds"));
        equal(time.hours(), run.member("hours"));
        equal(time.days(), run.member("days"));
    }

    private void all(List<Figure> figures, JsonPlace place) throws IOException {
        for (Figure figure : figures) {
            equal(figure, place, figure.key());
        }
    }

    private void equal(Figure figure, JsonPlace place, String name) throws IOException {
        equal(figure.value(), place.member(name));
    }

    private void equal(double actual, JsonPlace expected) throws IOException {
        compared++;
        wrong += actual == expected.number() ? 0 : 1;
    }
}
