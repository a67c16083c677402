package inkling.core.nn;

import inkling.core.device.Kernels;
import inkling.core.ops.Tape;
import inkling.core.tensor.Ids;
import inkling.core.tensor.Parameters;
import inkling.core.tensor.Workspace;

/// How much step arena a model needs, found by running the program itself on a device that computes nothing.
///
/// ```java
/// long bytes = StepMemory.training(config, batch, time, new CountingKernels());
/// Tape tape = Tape.recording(kernels, Workspace.allocate(arena, bytes));
/// ```
///
/// Nothing of the model's size is allocated. The device given is left with the counts of the run.
public final class StepMemory {
    private StepMemory() {}

    /// Bytes for a forward and backward pass over a (micro-)batch.
    public static long training(ModelConfig config, int batch, int time, Kernels counting) {
        Workspace workspace = Workspace.planning();
        Ids ids = Ids.virtual(Math.multiplyExact(batch, time));
        virtual(config).lossAndGradients(Tape.recording(counting, workspace), ids, ids, batch, time, 1);
        return workspace.peakBytes();
    }

    /// Bytes for computing the losses of a batch, without gradients.
    public static long evaluation(ModelConfig config, int batch, int time, Kernels counting) {
        Workspace workspace = Workspace.planning();
        Ids ids = Ids.virtual(Math.multiplyExact(batch, time));
        virtual(config).losses(Tape.inference(counting, workspace), ids, ids, batch, time);
        return workspace.peakBytes();
    }

    /// Bytes for generation with a cache, when at most so many tokens are appended at once.
    public static long generation(ModelConfig config, int tokensAtOnce, Kernels counting) {
        Workspace workspace = Workspace.planning();
        KeyValueCache cache = KeyValueCache.virtual(config, tokensAtOnce);
        virtual(config).next(Tape.inference(counting, workspace), Ids.virtual(tokensAtOnce), cache);
        return workspace.peakBytes();
    }

    private static TransformerLm virtual(ModelConfig config) {
        var declarations = new Parameters.Declarations();
        TransformerLm model = TransformerLm.declare(config, declarations);
        Parameters _ = declarations.virtual();
        return model;
    }
}
