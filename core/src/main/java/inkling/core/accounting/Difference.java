package inkling.core.accounting;

import inkling.core.nn.FeedForwardSpec;
import inkling.core.nn.ModelConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// One figure as the textbook counts it beside the same as this program does it, and why they differ.
///
/// @param key name in JSON and CSV, in lower case with underscores
/// @param what the figure, as tables call it
/// @param textbook by the formulas of [ParameterCount], [Products] and [TrainingMemory]
/// @param program what this program really does
/// @param reason why they differ; empty where they are equal
public record Difference(String key, String what, long textbook, long program, String reason) {
    /// FLOPs of matrix products in a forward and backward pass over so many sequences.
    public static Difference flops(Plan plan, long sequences) {
        long textbook =
                Math.multiplyExact(3 * sequences, plan.products().total().value());
        return new Difference(
                "step_flops",
                "FLOPs of a step, forward and backward",
                textbook,
                executedFlops(plan, sequences),
                "attention leaves out what the causal mask hides, and computes the scores again on the way back");
    }

    /// FLOPs this program executes: three times the linear products, and attention below the diagonal with seven
    /// products instead of six, `7·L·B·T·(T + 1)·D`.
    public static long executedFlops(Plan plan, long sequences) {
        Products products = plan.products();
        ModelConfig config = plan.config();
        long square = products.flops(MatrixProduct.Part.SCORES) + products.flops(MatrixProduct.Part.VALUES);
        long linear = 3 * (products.total().value() - square);
        long causal = 7L * config.numLayers() * plan.tokens() * (plan.tokens() + 1L) * config.dModel();
        return Math.multiplyExact(sequences, linear + causal);
    }

    /// Bytes of the weights.
    public static Difference parameterBytes(Plan plan) {
        long program = RunMemory.slabBytes(plan.config());
        long textbook = 4 * plan.parameters().total().value();
        String reason = program == textbook ? "" : "every matrix starts at a multiple of 64 bytes";
        return new Difference("parameters_bytes", "bytes of the parameters", textbook, program, reason);
    }

    /// Learned elements, which are the same.
    public static Difference parameters(Plan plan) {
        long count = plan.parameters().total().value();
        return new Difference("parameters", "parameters", count, count, "");
    }

    /// Bytes of all activations, the sum of [#activations].
    public static Difference activationBytes(List<Difference> activations) {
        return new Difference(
                "activation_bytes",
                "bytes of activations",
                activations.stream().mapToLong(Difference::textbook).sum(),
                activations.stream().mapToLong(Difference::program).sum(),
                "");
    }

    /// Bytes of activations of so many sequences, component by component; the program's column adds up to its arena.
    public static List<Difference> activations(ModelConfig config, long sequences, int time) {
        StepArena arena = new StepArena(config, sequences, time);
        long norms = (long) Sizes.normsPerLayer(config) * config.numLayers() + Sizes.finalNorms(config);
        List<Difference> all = new ArrayList<>();
        all.add(new Difference(
                "embedded",
                norms == 0 ? "embedded tokens" : "embedded tokens, 1/rms of every row",
                0,
                4 * sequences * time * (config.dModel() + norms),
                "the textbook's list leaves them out"));
        for (Figure part : TrainingMemory.of(config, time).activations()) {
            all.add(activation(part, arena));
        }
        long listed = all.stream().mapToLong(Difference::program).sum();
        if (listed != arena.trainingBytes()) {
            long rest = arena.trainingBytes() - listed;
            all.add(new Difference("rounding", "rounding", 0, rest, "every tensor takes a multiple of 64 bytes"));
        }
        return List.copyOf(all);
    }

    private static Difference activation(Figure part, StepArena arena) {
        long textbook = Math.multiplyExact(part.value(), arena.sequences());
        String title = part.title();
        boolean gated = arena.config().feedForward() instanceof FeedForwardSpec.SwiGlu;
        return switch (part.key()) {
            case "scores" ->
                new Difference(part.key(), title, textbook, 0, "computed tile by tile, and again in the backward pass");
            case "softmax" ->
                new Difference(
                        part.key(),
                        title,
                        textbook,
                        arena.config().numLayers() * arena.logSumExpBytes(),
                        "one log-sum-exp for every head and token");
            case "silu" ->
                new Difference(
                        part.key(),
                        title,
                        textbook,
                        gated ? 0 : textbook,
                        gated ? "computed again on the way back" : "");
            case "logits" ->
                new Difference(
                        part.key(),
                        "logits; gradients on their way back",
                        textbook,
                        arena.peakAboveBytes(),
                        String.format(
                                Locale.ROOT,
                                "logits of %,d rows at a time; gradients, which the list leaves out, come after them",
                                arena.logitsRows()));
            case "cross_entropy" ->
                new Difference(
                        part.key(), title, textbook, arena.lossesBytes(), "the logits' gradient overwrites the logits");
            default -> new Difference(part.key(), title, textbook, textbook, "");
        };
    }
}
