package inkling.app.command;

import inkling.app.terminal.Numbers;
import inkling.core.accounting.Plan;
import inkling.core.accounting.Quantities;
import inkling.core.accounting.RunMemory;
import inkling.core.train.TrainConfig;
import java.util.List;

/// What a run costs, in the few figures that are worth a look before it starts.
final class TrainCost {
    /// Weight, gradient and AdamW's two moments, 4 bytes each.
    private static final int BYTES_PER_PARAMETER = 16;

    private final TrainConfig config;
    private final Plan plan;

    /// The cost of one run.
    TrainCost(TrainConfig config) {
        this.config = config;
        this.plan = Plan.of("this run", config.model());
    }

    /// Numbers that training changes.
    long parameters() {
        return plan.parameters().total().value();
    }

    /// FLOPs of forward and backward pass for one token.
    double flopsPerToken() {
        return plan.trainingFlopsPerToken();
    }

    /// The memory of the run, part by part.
    RunMemory memory() {
        return RunMemory.of(config);
    }

    /// The architecture in one line.
    String model() {
        var model = config.model();
        return Numbers.grouped(parameters()) + " parameters: " + model.numLayers()
                + (model.numLayers() == 1 ? " layer, width " : " layers, width ") + model.dModel()
                + ", " + model.numHeads() + " heads, feed-forward "
                + model.feedForward().width() + ", vocabulary " + Numbers.grouped(model.vocabularySize())
                + ", context " + model.contextLength();
    }

    /// All of it, a figure to a line.
    List<String> lines() {
        return List.of(
                "model      " + model(),
                "work       " + Quantities.flops(flopsPerToken()) + " for every token it learns from",
                "memory     " + Numbers.bytes(memory().totalBytes()) + ", of which "
                        + Numbers.bytes(BYTES_PER_PARAMETER * parameters())
                        + " are weights, gradients and AdamW's two moments");
    }
}
