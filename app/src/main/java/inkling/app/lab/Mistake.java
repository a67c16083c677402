package inkling.app.lab;

import inkling.app.terminal.Numbers;
import inkling.core.accounting.MatrixProduct.Part;
import inkling.core.accounting.Plan;
import inkling.core.accounting.Quantities;
import inkling.core.experiment.ModelVariant;
import inkling.core.nn.FeedForwardSpec;
import inkling.core.nn.ModelConfig;
import inkling.tokenizer.json.JsonReader;
import inkling.tokenizer.json.JsonValue.JsonString;
import inkling.tokenizer.json.JsonWriter;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// A figure that published answers get wrong: computed as they do, computed right, and why.
///
/// @param name how the command line calls it
/// @param title what is wrong
/// @param wrong the wrong figures
/// @param right the right ones
/// @param reason why
record Mistake(String name, String title, List<String> wrong, List<String> right, String reason) {
    private static final int LONG_CONTEXT = 16_384;
    private static final int BYTES = 4;
    private static final double MEMORY = 80e9;
    private static final int GPT2_LAST_ID = 50_256;

    /// All of them, for a model of the shape that the assignment asks about.
    static List<Mistake> all(Plan plan) throws IOException {
        return List.of(
                heads(plan),
                models(plan),
                activations(plan),
                gigabytes(plan),
                adam(plan),
                integers(),
                expression(),
                merges());
    }

    private static Mistake heads(Plan plan) {
        double wrong = withOneHead(plan);
        double score =
                (double) plan.products().flops(Part.SCORES) / plan.config().numHeads();
        return new Mistake(
                "heads",
                "attention counted for one head",
                List.of("forward " + exact(wrong), "attention scores " + percent(score / wrong)),
                List.of(
                        "forward " + exact(plan.products().total().value()),
                        "attention scores " + percent(plan.products().share(Part.SCORES))),
                "2·T²·K is one head; a layer has " + plan.config().numHeads() + ", together 2·T²·D");
    }

    private static double withOneHead(Plan plan) {
        double attention = plan.products().flops(Part.SCORES) + plan.products().flops(Part.VALUES);
        return plan.products().total().value()
                - attention
                + attention / plan.config().numHeads();
    }

    private static Mistake models(Plan plan) {
        ModelConfig two = ModelVariant.withFeedForward(
                plan.config(),
                new FeedForwardSpec.Silu(plan.config().feedForward().width()));
        double start = Plan.of("", two).products().total().value();
        Plan far = Plan.of("", ModelVariant.withContext(plan.config(), LONG_CONTEXT));
        double end = withOneHead(far);
        double right = far.products().total().value();
        double total = plan.products().total().value();
        return new Mistake(
                "models",
                "totals of two models mixed",
                List.of("from " + flops(start) + " to " + flops(end) + ", " + times(end / start)),
                List.of("from " + flops(total) + " to " + flops(right) + ", " + times(right / total)),
                "the first is a model without W3, the second one with W3 and a single head; compare one model with itself");
    }

    private static Mistake activations(Plan plan) {
        ModelConfig config = plan.config();
        double unit = (double) plan.tokens() * config.dModel() * BYTES;
        double list = 8 * unit + 4.0 * plan.tokens() * config.feedForward().width() * BYTES;
        double missing = config.numLayers() * (list - 16 * unit);
        double whole = plan.memory().perSequence().value();
        return new Mistake(
                "activations",
                "activations of a layer summed as 16·B·T·D",
                List.of(
                        Quantities.gigabytes(16 * unit) + " a layer",
                        Quantities.gigabytes(whole - missing) + " in all"),
                List.of(
                        Quantities.gigabytes(list) + " a layer, " + Numbers.fixed(list / unit, 0) + "·B·T·D",
                        Quantities.gigabytes(whole) + " in all"),
                "norms 2, Q K V 3, values 1, projection 1, W2 1 make 8; W1, SiLU, W3, product make 4·F = 16·D; scores apart");
    }

    private static Mistake gigabytes(Plan plan) {
        double fixed = plan.memory().fixed().value();
        double binary = Math.scalb(80.0, 30);
        return new Mistake(
                "gigabytes",
                "GiB called GB",
                List.of(
                        "weights, gradients, moments \"" + Numbers.fixed(fixed / Math.scalb(1.0, 30), 2) + " GB\"",
                        "80 GB taken for " + Numbers.grouped((long) binary) + " bytes"),
                List.of(
                        Quantities.gigabytes(fixed) + " = " + Quantities.gibibytes(fixed),
                        "80 GB are " + Numbers.grouped((long) MEMORY) + " bytes"),
                "GB is 10⁹, GiB is 2³⁰ bytes: " + percent(binary / MEMORY - 1) + " more");
    }

    private static Mistake adam(Plan plan) {
        double parameters = plan.parameters().total().value();
        return new Mistake(
                "adam",
                "the bias correction counted for every parameter",
                List.of("16·P = " + exact(16 * parameters)),
                List.of("14·P = " + exact(14 * parameters)),
                "1 − β₁ᵗ and 1 − β₂ᵗ are the same for all parameters: one step size a step, no division of each moment");
    }

    private static Mistake integers() {
        return new Mistake(
                "integers",
                "16 bits for every vocabulary",
                List.of(
                        "int16: GPT-2's id " + Numbers.grouped(GPT2_LAST_ID) + " is read as "
                                + Numbers.grouped((short) GPT2_LAST_ID),
                        "uint16: id 99,999 of 100,000 is read as " + Numbers.grouped(99_999 & 0xffff)),
                List.of(
                        "uint16 holds ids up to " + Numbers.grouped(0xffff) + ", a vocabulary of "
                                + Numbers.grouped(0x10000),
                        "int16 ends at " + Numbers.grouped(Short.MAX_VALUE) + "; larger vocabularies take uint32"),
                "b bits without sign hold 0 … 2ᵇ − 1; the largest id is the vocabulary's size minus one");
    }

    private static Mistake expression() {
        List<String> tokens = List.of("<|endoftext|>", "<|user|>");
        String text = "one<|endoftext|>two<|user|>three";
        String joined = Pattern.quote(String.join("|", tokens));
        String escaped = String.join("|", tokens.stream().map(Pattern::quote).toList());
        return new Mistake(
                "expression",
                "special tokens escaped after joining, to cut " + text,
                List.of("escape(join(\"|\", tokens)) leaves it in " + parts(text, joined) + " part"),
                List.of("join(\"|\", escape each) cuts it into " + parts(text, escaped) + " parts"),
                "the bar between the tokens is escaped as well, so nothing matches; escape each token, longest first");
    }

    private static int parts(String text, String expression) {
        return Pattern.compile(expression).split(text, -1).length;
    }

    /// Three merges written a line each, and read again.
    private static Mistake merges() throws IOException {
        List<List<String>> merges = List.of(List.of("t", "h"), List.of("\n", "\n"), List.of(" ", "t"));
        String raw = String.join(
                "\n", merges.stream().map(pair -> String.join(" ", pair)).toList());
        long whole = readBack(raw);
        int read = 0;
        for (List<String> pair : merges) {
            for (String token : pair) {
                String json = JsonWriter.compact(new JsonString(token));
                read += JsonReader.read("a token", json).text().equals(token) ? 1 : 0;
            }
        }
        return new Mistake(
                "merges",
                "merges written raw",
                List.of(whole + " of " + merges.size() + " merges survive a file with one pair a line"),
                List.of(read / 2 + " of " + merges.size()
                        + " survive as JSON, or with a visible character for every byte"),
                "a token may be a space or hold a newline, which are the file's own separators");
    }

    /// Merges that are read back from raw lines: those whose line divides at one space.
    private static long readBack(String raw) {
        return raw.lines().filter(line -> line.matches("[^ ]+ [^ ]+")).count();
    }

    private static String exact(double flops) {
        return String.format(Locale.ROOT, "%,.0f FLOPs (%s)", flops, flops(flops));
    }

    private static String flops(double flops) {
        return Quantities.flops(flops);
    }

    private static String times(double factor) {
        return Numbers.fixed(factor, 1) + " times";
    }

    private static String percent(double share) {
        return Numbers.fixed(100 * share, 2) + " %";
    }
}
