package inkling.core.train;

import inkling.core.device.counting.CountingKernels;
import inkling.core.nn.ModelConfig;

/// How much step arena a training configuration takes beside the parameters: [inkling.core.nn.StepMemory] for the
/// shapes that training, evaluation and generation use.
public final class StepMemory {
    private StepMemory() {}

    /// Bytes of the arena for the forward and backward pass of one micro-batch.
    public static long training(TrainConfig config) {
        TrainConfig.Batch batch = config.batch();
        return training(config.model(), batch.sequencesPerMicroBatch(), batch.time());
    }

    /// Bytes of the arena for the forward and backward pass of so many sequences.
    public static long training(ModelConfig model, int batch, int time) {
        return inkling.core.nn.StepMemory.training(model, batch, time, new CountingKernels());
    }

    /// Bytes of the arena for evaluating batches of the shape of a micro-batch, and all smaller ones.
    public static long evaluation(TrainConfig config) {
        TrainConfig.Batch batch = config.batch();
        return evaluation(config.model(), batch.sequencesPerMicroBatch(), batch.time());
    }

    /// Bytes of the arena for evaluating so many sequences.
    public static long evaluation(ModelConfig model, int batch, int time) {
        return inkling.core.nn.StepMemory.evaluation(model, batch, time, new CountingKernels());
    }

    /// Bytes of the arena for reading a whole context at once, or any part of it, into a key/value cache.
    public static long generation(ModelConfig model) {
        return inkling.core.nn.StepMemory.generation(model, model.contextLength(), new CountingKernels());
    }
}
