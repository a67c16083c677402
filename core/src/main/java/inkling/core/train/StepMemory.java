package inkling.core.train;

import inkling.core.device.counting.CountingKernels;
import inkling.core.nn.KeyValueCache;
import inkling.core.nn.ModelConfig;
import inkling.core.nn.TransformerLm;
import inkling.core.ops.Tape;
import inkling.core.tensor.Ids;
import inkling.core.tensor.Parameters;
import inkling.core.tensor.Workspace;
import java.lang.foreign.Arena;

/// How much memory a step takes beside the parameters: found by running it once on tensors without memory.
public final class StepMemory {
    private StepMemory() {}

    /// Bytes of the arena for the forward and backward pass of one micro-batch.
    public static long training(TrainConfig config) {
        TrainConfig.Batch batch = config.batch();
        return training(config.model(), batch.sequencesPerMicroBatch(), batch.time());
    }

    /// Bytes of the arena for the forward and backward pass of so many sequences.
    public static long training(ModelConfig model, int batch, int time) {
        Workspace workspace = Workspace.planning();
        Ids ids = Ids.virtual(Math.multiplyExact(batch, time));
        virtual(model).lossAndGradients(Tape.recording(new CountingKernels(), workspace), ids, ids, batch, time, 1);
        return workspace.peakBytes();
    }

    /// Bytes of the arena for evaluating batches of the shape of a micro-batch, and all smaller ones.
    public static long evaluation(TrainConfig config) {
        return evaluation(
                config.model(),
                config.batch().sequencesPerMicroBatch(),
                config.batch().time());
    }

    /// Bytes of the arena for evaluating so many sequences.
    public static long evaluation(ModelConfig model, int batch, int time) {
        Workspace workspace = Workspace.planning();
        Ids ids = Ids.virtual(Math.multiplyExact(batch, time));
        virtual(model).losses(Tape.inference(new CountingKernels(), workspace), ids, ids, batch, time);
        return workspace.peakBytes();
    }

    /// Bytes of the arena for reading a whole context at once, or any part of it, into a key/value cache.
    public static long generation(ModelConfig model) {
        Workspace workspace = Workspace.planning();
        try (Arena arena = Arena.ofConfined()) {
            KeyValueCache cache = KeyValueCache.allocate(arena, model, model.contextLength());
            virtual(model).next(Tape.inference(new CountingKernels(), workspace), Ids.virtual(cache.capacity()), cache);
        }
        return workspace.peakBytes();
    }

    private static TransformerLm virtual(ModelConfig config) {
        var declarations = new Parameters.Declarations();
        TransformerLm model = TransformerLm.declare(config, declarations);
        declarations.virtual();
        return model;
    }
}
