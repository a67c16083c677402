package inkling.app.plan;

import inkling.app.terminal.TextTable;
import inkling.core.accounting.Figure;
import inkling.core.accounting.MatrixProduct;
import inkling.core.accounting.Plan;
import inkling.core.accounting.Symbol;
import inkling.core.accounting.TrainingTime;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The algebra of a plan: every expression in the model's symbols, then with numbers in.
final class PlanFormulas {
    private PlanFormulas() {}

    static String of(Plan plan, PlanQuestion question) {
        StringBuilder text = new StringBuilder();
        text.append(plan.name())
                .append(": ")
                .append(PlanText.describe(plan.config()))
                .append('\n');
        symbols(text, plan);
        section(text, "Parameters", plan.parameters().layerParts());
        figures(text, plan.parameters().parts());
        figures(text, List.of(plan.parameters().total(), plan.parameters().nonEmbedding()));
        products(text, plan);
        section(text, "Forward FLOPs of one sequence", plan.products().byPart());
        figures(text, List.of(plan.products().total()));
        section(text, "Activation bytes of one sequence", plan.memory().activations());
        figures(text, List.of(plan.memory().perSequence()));
        section(
                text,
                "Memory without activations",
                List.of(
                        plan.memory().parameters(),
                        plan.memory().gradients(),
                        plan.memory().moments(),
                        plan.memory().fixed()));
        memory(text, plan, question);
        section(text, "AdamW FLOPs of one step", plan.optimizer().parts());
        figures(text, List.of(plan.optimizer().total()));
        plan.time().ifPresent(time -> time(text, plan, time));
        return text.toString();
    }

    private static void memory(StringBuilder text, Plan plan, PlanQuestion question) {
        text.append("\nTotal memory and largest batch\n");
        long a = plan.memory().perSequence().value();
        long b = plan.memory().fixed().value();
        line(text, "memory", String.format(Locale.ROOT, "a·B + b = %,d·B + %,d", a, b));
        for (PlanQuestion.Memory limit : question.memories()) {
            line(
                    text,
                    "largest batch in " + limit.text(),
                    String.format(
                            Locale.ROOT,
                            "⌊(M − b)/a⌋ = ⌊(%,d − %,d)/%,d⌋ = %,d",
                            limit.bytes(),
                            b,
                            a,
                            plan.memory().largestBatch(limit.bytes())));
        }
    }

    private static void products(StringBuilder text, Plan plan) {
        text.append("\nMatrix products, 2·m·k·n FLOPs each\n");
        for (MatrixProduct product : plan.products().list()) {
            line(
                    text,
                    product.name(),
                    product.count().symbols() + " times " + product.symbolicShapes() + ": "
                            + product.flops().equation());
        }
    }

    private static void symbols(StringBuilder text, Plan plan) {
        Map<Symbol, Long> sizes = new EnumMap<>(plan.products().total().sizes());
        sizes.put(Symbol.P, plan.parameters().total().value());
        text.append("\nSymbols\n");
        TextTable table = new TextTable("  ", 2);
        sizes.forEach((symbol, value) -> table.row(symbol.name(), symbol.meaning(), PlanText.number(value)));
        text.append(table.text());
    }

    private static void time(StringBuilder text, Plan plan, TrainingTime time) {
        text.append("\nTraining run\n");
        line(
                text,
                "FLOPs",
                String.format(
                        Locale.ROOT,
                        "3·forward·B·steps = 3·%,d·%,d·%,d = %,d",
                        plan.products().total().value(),
                        time.batch(),
                        time.steps(),
                        time.totalFlops()));
        line(
                text,
                "seconds",
                String.format(
                        Locale.ROOT,
                        "FLOPs/(peak·MFU) = %,d/(%,.0f·%s) = %,.1f = %,.1f days",
                        time.totalFlops(),
                        time.peakFlops(),
                        time.mfu(),
                        time.seconds(),
                        time.days()));
    }

    private static void section(StringBuilder text, String title, List<Figure> figures) {
        text.append('\n').append(title).append('\n');
        figures(text, figures);
    }

    private static void figures(StringBuilder text, List<Figure> figures) {
        for (Figure figure : figures) {
            line(text, figure.title(), figure.equation());
        }
    }

    private static void line(StringBuilder text, String title, String equation) {
        text.append("  ").append(title).append(": ").append(equation).append('\n');
    }
}
