package inkling.app.plan;

import inkling.core.accounting.Figure;
import inkling.core.accounting.MatrixProduct;
import inkling.core.accounting.MatrixProduct.Part;
import inkling.core.accounting.ParameterCount;
import inkling.core.accounting.Plan;
import inkling.core.accounting.Products;
import inkling.core.accounting.TrainingMemory;
import inkling.core.accounting.TrainingTime;
import inkling.core.format.ModelConfigJson;
import inkling.tokenizer.json.JsonValue;
import inkling.tokenizer.json.JsonValue.JsonArray;
import inkling.tokenizer.json.JsonValue.JsonObject;
import java.util.ArrayList;
import java.util.List;

/// A plan as JSON. Every figure is exact; the names are those of the reference accounting of CS336. What this program
/// itself does, beside the same figures of the textbook, stands under `program`.
final class PlanJson {
    private PlanJson() {}

    static JsonObject of(Plan plan, PlanQuestion question) {
        JsonObject json = JsonValue.object()
                .with("name", plan.name())
                .with("config", ModelConfigJson.write(plan.config()))
                .with("parameters", parameters(plan.parameters()))
                .with("forward_flops", flops(plan.products()))
                .with("training_flops_per_token", plan.trainingFlopsPerToken())
                .with("adamw_memory", memory(plan.memory(), question))
                .with("adamw_flops_per_step", plan.optimizer().total().value())
                .with("program", PlanProgram.json(plan, question));
        return plan.time().map(time -> json.with("training", training(time))).orElse(json);
    }

    private static JsonObject parameters(ParameterCount count) {
        JsonObject json = figures(JsonValue.object(), count.parts())
                .with("per_layer", figures(JsonValue.object(), count.layerParts()));
        return figures(json, List.of(count.total(), count.nonEmbedding()))
                .with("bytes_fp32", 4 * count.total().value())
                .with("bytes_bf16", 2 * count.total().value());
    }

    private static JsonObject flops(Products products) {
        JsonObject share = JsonValue.object();
        for (Part part : Part.values()) {
            share = share.with(part.key(), products.share(part));
        }
        List<JsonValue> list = new ArrayList<>();
        for (MatrixProduct product : products.list()) {
            list.add(JsonValue.object()
                    .with("product", product.name())
                    .with("part", product.part().key())
                    .with("times", product.repetitions())
                    .with("shapes", product.shapes().replace(",", ""))
                    .with("flops", product.flops().value()));
        }
        return figures(figures(JsonValue.object(), products.byPart()), List.of(products.total()))
                .with("share", share)
                .with("products", new JsonArray(list));
    }

    private static JsonObject memory(TrainingMemory memory, PlanQuestion question) {
        JsonObject json = figures(
                JsonValue.object(),
                List.of(
                        memory.parameters(),
                        memory.gradients(),
                        memory.moments(),
                        memory.fixed(),
                        memory.perSequence()));
        for (PlanQuestion.Memory limit : question.memories()) {
            json = json.with(
                    "max_batch_" + limit.text().replaceFirst("([A-Za-z]+)$", "_$1"),
                    memory.largestBatch(limit.bytes()));
        }
        return json.with("activation_components_bytes", figures(JsonValue.object(), memory.activations()))
                .with("batch", question.batch())
                .with("total_bytes", memory.bytes(question.batch()));
    }

    private static JsonObject training(TrainingTime time) {
        return JsonValue.object()
                .with("batch", time.batch())
                .with("steps", time.steps())
                .with("tokens", time.tokens().doubleValue())
                .with("peak_flops", time.peakFlops())
                .with("mfu", time.mfu())
                .with("total_flops", time.totalFlops().doubleValue())
                .with("total_flops_exact", time.totalFlops().toString())
                .with("seconds", time.seconds())
                .with("hours", time.hours())
                .with("days", time.days())
                .with("tokens_per_second", time.tokensPerSecond());
    }

    private static JsonObject figures(JsonObject start, List<Figure> figures) {
        JsonObject json = start;
        for (Figure figure : figures) {
            json = json.with(figure.key(), figure.value());
        }
        return json;
    }
}
