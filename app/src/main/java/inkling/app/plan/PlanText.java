package inkling.app.plan;

import inkling.app.terminal.TextTable;
import inkling.core.accounting.Figure;
import inkling.core.accounting.MatrixProduct;
import inkling.core.accounting.MatrixProduct.Part;
import inkling.core.accounting.ParameterCount;
import inkling.core.accounting.Plan;
import inkling.core.accounting.Products;
import inkling.core.accounting.Quantities;
import inkling.core.accounting.TrainingMemory;
import inkling.core.accounting.TrainingTime;
import inkling.core.nn.FeedForwardSpec;
import inkling.core.nn.ModelConfig;
import inkling.core.nn.NormPlacement;
import inkling.core.nn.NormSpec;
import inkling.core.nn.PositionSpec;
import java.util.Locale;

/// A plan as readable text.
final class PlanText {
    private final StringBuilder text = new StringBuilder();

    private PlanText() {}

    static String of(Plan plan, PlanQuestion question) {
        PlanText printed = new PlanText();
        printed.text
                .append(plan.name())
                .append(": ")
                .append(describe(plan.config()))
                .append('\n');
        printed.parameters(plan.parameters());
        printed.flops(plan);
        printed.memory(plan.memory(), question);
        printed.text.append(PlanProgram.of(plan, question));
        printed.optimizer(plan);
        printed.time(plan, question);
        return printed.text.toString();
    }

    /// The architecture in one line.
    static String describe(ModelConfig config) {
        String gate = switch (config.feedForward()) {
            case FeedForwardSpec.SwiGlu _ -> "SwiGLU";
            case FeedForwardSpec.Silu _ -> "SiLU";
        };
        String norm = switch (config.norm()) {
            case NormSpec.Rms _ -> config.placement() == NormPlacement.PRE ? "pre-norm" : "post-norm";
            case NormSpec.None _ -> "no norm";
        };
        String position = switch (config.position()) {
            case PositionSpec.Rope _ -> "RoPE";
            case PositionSpec.None _ -> "no positions";
        };
        String groups = config.numKeyValueHeads() == config.numHeads() ? "" : " · G " + config.numKeyValueHeads();
        return String.format(
                Locale.ROOT,
                "V %,d · T %,d · D %,d · L %,d · H %,d%s · K %,d · F %,d; %s, %s, %s, %s head",
                config.vocabularySize(),
                config.contextLength(),
                config.dModel(),
                config.numLayers(),
                config.numHeads(),
                groups,
                config.headWidth(),
                config.feedForward().width(),
                gate,
                norm,
                position,
                config.tiedHead() ? "tied" : "separate");
    }

    private void parameters(ParameterCount count) {
        text.append("\nParameters\n");
        TextTable table = new TextTable("  ", 1);
        long total = count.total().value();
        for (Figure part : count.parts()) {
            table.row(part.title(), number(part.value()), percent(part.value(), total));
            if (part.equals(count.layers())) {
                for (Figure layerPart : count.layerParts()) {
                    table.row("  " + layerPart.title(), number(layerPart.value()));
                }
            }
        }
        table.row("total", number(total));
        table.row(count.nonEmbedding().title(), number(count.nonEmbedding().value()));
        table.row(
                "bytes in fp32",
                number(4 * total),
                Quantities.gigabytes(4.0 * total),
                Quantities.gibibytes(4.0 * total));
        table.row(
                "bytes in bf16",
                number(2 * total),
                Quantities.gigabytes(2.0 * total),
                Quantities.gibibytes(2.0 * total));
        text.append(table.text());
    }

    private void flops(Plan plan) {
        Products products = plan.products();
        text.append(String.format(
                Locale.ROOT, "\nMatrix products of one forward pass (one sequence of %,d tokens)\n", plan.tokens()));
        long total = products.total().value();
        TextTable list = new TextTable("  ", 2);
        for (MatrixProduct product : products.list()) {
            long flops = product.flops().value();
            list.row(
                    product.name(),
                    product.shapes(),
                    "× " + number(product.repetitions()),
                    number(flops),
                    percent(flops, total));
        }
        text.append(list.text());
        text.append("\nFLOPs by part (attention over all heads and the full square)\n");
        TextTable parts = new TextTable("  ", 1);
        for (Part part : Part.values()) {
            parts.row(part.title(), number(products.flops(part)), percent(products.flops(part), total));
        }
        parts.row("forward, one sequence", number(total), Quantities.flops(total));
        parts.row(
                "training, one token (3 × forward / T)",
                number(Math.round(plan.trainingFlopsPerToken())),
                Quantities.flops(plan.trainingFlopsPerToken()));
        text.append(parts.text());
    }

    private void memory(TrainingMemory memory, PlanQuestion question) {
        text.append("\nTraining memory in fp32 with AdamW, every activation kept: a·B + b\n");
        TextTable table = new TextTable("  ", 1);
        for (Figure part : new Figure[] {memory.parameters(), memory.gradients(), memory.moments(), memory.fixed()}) {
            table.row(part.title(), number(part.value()), Quantities.gigabytes(part.value()));
        }
        for (Figure part : memory.activations()) {
            table.row(
                    "  " + part.title(),
                    number(part.value()),
                    percent(part.value(), memory.perSequence().value()));
        }
        Figure perSequence = memory.perSequence();
        table.row(perSequence.title(), number(perSequence.value()), Quantities.gigabytes(perSequence.value()));
        long bytes = memory.bytes(question.batch());
        table.row("total at batch " + number(question.batch()), number(bytes), Quantities.gigabytes(bytes));
        for (PlanQuestion.Memory limit : question.memories()) {
            table.row(
                    "largest batch in " + limit.text(),
                    number(memory.largestBatch(limit.bytes())),
                    "(" + number(limit.bytes()) + " bytes)");
        }
        text.append(table.text());
    }

    private void optimizer(Plan plan) {
        text.append("\nAdamW, one step (every operation per parameter counts one FLOP; bias correction is per step)\n");
        TextTable table = new TextTable("  ", 1);
        for (Figure part : plan.optimizer().parts()) {
            table.row(part.title(), number(part.value()));
        }
        table.row("total, 14·P", number(plan.optimizer().total().value()));
        text.append(table.text());
    }

    private void time(Plan plan, PlanQuestion question) {
        if (plan.time().isEmpty()) {
            return;
        }
        TrainingTime time = plan.time().get();
        text.append(String.format(Locale.ROOT, "\nTraining run: %,d steps of batch %,d\n", time.steps(), time.batch()));
        String peak = question.peak().isPresent() ? "given" : "measured here by inkling machine";
        String mfu = question.mfu().isPresent()
                ? "given"
                : question.peak().isPresent() ? "assumed; give --mfu" : "predicted from measured rates";
        TextTable table = new TextTable("  ", 1);
        table.row("tokens", String.format(Locale.ROOT, "%,d", time.tokens()));
        table.row(
                "FLOPs (3 × forward × batch × steps)",
                String.format(Locale.ROOT, "%,d", time.totalFlops()),
                Quantities.flops(time.totalFlops().doubleValue()));
        table.row("peak", Quantities.flops(time.peakFlops()) + "/s", peak);
        table.row("MFU", String.format(Locale.ROOT, "%.1f %%", 100 * time.mfu()), mfu);
        table.row("tokens per second", String.format(Locale.ROOT, "%,.1f", time.tokensPerSecond()));
        table.row(
                "time",
                String.format(Locale.ROOT, "%,.1f hours", time.hours()),
                String.format(Locale.ROOT, "%,.1f days", time.days()));
        text.append(table.text());
    }

    static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    static String percent(long part, long whole) {
        return String.format(Locale.ROOT, "%.2f %%", 100.0 * part / whole);
    }
}
