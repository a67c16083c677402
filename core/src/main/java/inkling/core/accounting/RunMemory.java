package inkling.core.accounting;

import inkling.core.nn.FeedForwardSpec;
import inkling.core.nn.ModelConfig;
import inkling.core.nn.PositionSpec;
import inkling.core.optim.OptimizerSpec;
import inkling.core.train.TrainConfig;
import java.util.List;

/// The memory that a training run of this program takes, part by part, in bytes.
///
/// All but the last part is what the program asks the system for, to the byte. Token files are not counted: they are
/// mapped, and the system takes their pages back whenever it needs them.
///
/// @param parameters the weights
/// @param gradients as many bytes again
/// @param moments the optimizer's memory: twice the weights for AdamW, nothing for SGD
/// @param trainingArena activations and their gradients of one micro-batch, a chunk of logits among them
/// @param evaluationArena activations of a micro-batch without gradients
/// @param tables angles of the rotary position embedding, of all layers
/// @param program the Java program itself: heap, code, stacks, packed panels of the matrix product; an estimate
public record RunMemory(
        long parameters,
        long gradients,
        long moments,
        long trainingArena,
        long evaluationArena,
        long tables,
        long program) {
    /// What the program takes without any model: the young heap of the serial collector, classes, compiled code,
    /// stacks, up to 26 MB of packed panels with two threads. Measured: 122 to 130 MB in runs of their own, 154 to
    /// 167 MB in the demo, whose tokenizer has let the heap grow.
    private static final long PROGRAM_BYTES = 140_000_000;

    /// A part with its name.
    ///
    /// @param key name in JSON and CSV
    /// @param title what tables call it
    /// @param bytes how much it takes
    public record Part(String key, String title, long bytes) {}

    /// The memory of a training run.
    ///
    /// @throws ArithmeticException if a micro-batch has more tokens than a tensor has rows
    public static RunMemory of(TrainConfig config) {
        ModelConfig model = config.model();
        long slab = slabBytes(model);
        long moments = switch (config.optimization().optimizer()) {
            case OptimizerSpec.AdamW _ -> 2 * slab;
            case OptimizerSpec.Sgd _ -> 0;
        };
        long tables = switch (model.position()) {
            case PositionSpec.Rope _ -> 4L * model.contextLength() * model.headWidth();
            case PositionSpec.None _ -> 0;
        };
        TrainConfig.Batch batch = config.batch();
        var arena = new StepArena(model, batch.sequencesPerMicroBatch(), batch.time());
        return new RunMemory(
                slab, slab, moments, arena.trainingBytes(), arena.evaluationBytes(), tables, PROGRAM_BYTES);
    }

    /// Bytes of the weights, every matrix and vector of the program rounded up to 64 bytes; Q, K and V are one matrix,
    /// and so are `W1` and `W3`.
    public static long slabBytes(ModelConfig model) {
        long width = model.dModel();
        long hidden = model.feedForward().width();
        long table = matrix(model.vocabularySize(), width);
        long up = switch (model.feedForward()) {
            case FeedForwardSpec.SwiGlu _ -> matrix(2 * hidden, width);
            case FeedForwardSpec.Silu _ -> matrix(hidden, width);
        };
        long attention = matrix(model.heads().fusedWidth(), width) + matrix(width, width);
        long norms = Sizes.normsPerLayer(model) * matrix(1, width);
        long layers = model.numLayers() * (attention + up + matrix(width, hidden) + norms);
        return (model.tiedHead() ? 1 : 2) * table + layers + Sizes.finalNorms(model) * matrix(1, width);
    }

    private static long matrix(long rows, long columns) {
        return StepArena.aligned(Math.multiplyExact(4 * rows, columns));
    }

    /// All parts.
    public List<Part> parts() {
        return List.of(
                new Part("parameters", "parameters", parameters),
                new Part("gradients", "gradients", gradients),
                new Part("moments", "optimizer's moments", moments),
                new Part("training_arena", "step arena: activations and their gradients", trainingArena),
                new Part("evaluation_arena", "arena of the evaluation", evaluationArena),
                new Part("tables", "tables of positions", tables),
                new Part("program_estimate", "the program itself (estimate)", program));
    }

    /// What is asked for beside the program itself, to the byte.
    public long allocatedBytes() {
        return totalBytes() - program;
    }

    /// All of it.
    public long totalBytes() {
        return parts().stream().mapToLong(Part::bytes).sum();
    }
}
