package inkling.core.train;

import inkling.core.data.BatchSource;
import inkling.core.device.Kernels;
import inkling.core.nn.TransformerLm;
import inkling.core.optim.Optimizer;
import inkling.core.tensor.Parameters;
import inkling.core.tensor.Tensor;
import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.Map;

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

    Progress progress() {
        return progress;
    }

    void progress(Progress reached) {
        progress = reached;
    }

    /// The optimizer's tensors under names such as `first_moment.layers.0.ln1.weight`.
    Map<String, Tensor> optimizerDict() {
        Map<String, Tensor> named = new LinkedHashMap<>();
        optimizer.state().forEach((kind, slab) -> parameters
                .stateDict(slab)
                .forEach((name, tensor) -> named.put(kind + "." + name, tensor)));
        return named;
    }
}
