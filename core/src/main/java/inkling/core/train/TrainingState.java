package inkling.core.train;

import inkling.core.data.BatchSource;
import inkling.core.data.TokenFile;
import inkling.core.device.Kernels;
import inkling.core.nn.TransformerLm;
import inkling.core.optim.Optimizer;
import inkling.core.tensor.Parameters;
import inkling.core.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/// All that changes while a model is trained: weights, optimizer, place in the stream of batches, progress.
final class TrainingState {
    private final TransformerLm model;
    private final Parameters parameters;
    private final Optimizer optimizer;
    private final BatchSource batches;
    private Progress progress = new Progress(0, 0, 0);

    /// How far a run has come.
    ///
    /// @param step optimizer steps made
    /// @param tokens tokens seen
    /// @param wallSeconds seconds spent, over all sessions
    record Progress(long step, long tokens, double wallSeconds) {}

    /// A run before its first step: weights drawn from the configuration's seed.
    TrainingState(TrainConfig config, Kernels kernels, BatchSource batches, Arena arena) {
        var declarations = new Parameters.Declarations();
        this.model = TransformerLm.declare(config.model(), declarations);
        this.parameters = declarations.allocate(arena);
        this.parameters.initialize(config.seed());
        this.optimizer = Optimizer.of(config.optimization().optimizer(), kernels, parameters, arena);
        this.batches = batches;
    }

    TransformerLm model() {
        return model;
    }

    Parameters parameters() {
        return parameters;
    }

    Optimizer optimizer() {
        return optimizer;
    }

    BatchSource batches() {
        return batches;
    }

    /// Bytes of weights, gradients and the optimizer's tensors.
    long heldBytes() {
        long bytes = parameters.values().byteSize() + parameters.gradients().byteSize();
        for (Tensor slab : optimizer.state().values()) {
            bytes += slab.byteSize();
        }
        return bytes;
    }

    Progress progress() {
        return progress;
    }

    void progress(Progress reached) {
        progress = reached;
    }

    /// Writes a checkpoint of this state into a new folder.
    void save(Path folder, TokenFile data, OptionalDouble validationLoss) throws IOException {
        var facts = new Checkpoint.Facts(
                progress.step(),
                progress.tokens(),
                progress.wallSeconds(),
                batches.state(),
                data.length(),
                validationLoss);
        Checkpoint.write(folder, facts, parameters.stateDict(), optimizerDict());
    }

    /// Goes back to the state of a checkpoint of this run.
    ///
    /// @throws IOException if the checkpoint is damaged, of another model, or was made with other data
    void restore(Checkpoint checkpoint, TokenFile data) throws IOException {
        Checkpoint.Facts facts = checkpoint.facts();
        if (facts.dataTokens() != data.length()) {
            throw new IOException(data.path() + ": it has " + data.length() + " tokens, but the run's data had "
                    + facts.dataTokens() + "; a run is resumed with the data it was started with");
        }
        checkpoint.loadWeights(parameters.stateDict());
        checkpoint.loadOptimizer(optimizerDict());
        optimizer.restore(facts.step());
        batches.restore(facts.batchState());
        progress = new Progress(facts.step(), facts.tokens(), facts.wallSeconds());
    }

    /// The optimizer's tensors under names such as `first_moment.layers.0.ln1.weight`.
    Map<String, Tensor> optimizerDict() {
        Map<String, Tensor> named = new LinkedHashMap<>();
        optimizer
                .state()
                .forEach((kind, slab) ->
                        parameters.stateDict(slab).forEach((name, tensor) -> named.put(kind + "." + name, tensor)));
        return named;
    }
}
