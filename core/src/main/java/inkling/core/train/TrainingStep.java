package inkling.core.train;

import inkling.core.data.BatchSource;
import inkling.core.device.Kernels;
import inkling.core.nn.TransformerLm;
import inkling.core.ops.Tape;
import inkling.core.optim.GradientClipping;
import inkling.core.optim.Optimizer;
import inkling.core.tensor.Ids;
import inkling.core.tensor.Parameter;
import inkling.core.tensor.Parameters;

/// What happens in one optimizer step: gradients of all micro-batches, their norm, clipping, the update.
///
/// Where a flight recording is running, each step is an event `inkling.TrainingStep` in it.
///
/// A step number `s`, counted from 0, uses the learning rate `lr(s + 1)`.
public final class TrainingStep {
    /// What a step has shown.
    ///
    /// @param loss mean loss of its tokens before the update, in nats
    /// @param learningRate the rate it used
    /// @param gradientNorm norm of the gradient before clipping
    public record Result(double loss, double learningRate, double gradientNorm) {}

    private final TrainConfig config;
    private final TransformerLm model;
    private final Parameters parameters;
    private final Optimizer optimizer;
    private final GradientClipping clipping;
    private final Ids inputs;
    private final Ids targets;

    /// A step of this configuration on this model.
    public TrainingStep(TrainConfig config, TransformerLm model, Parameters parameters, Optimizer optimizer) {
        this.config = config;
        this.model = model;
        this.parameters = parameters;
        this.optimizer = optimizer;
        this.clipping = new GradientClipping(config.optimization().maxGradientNorm());
        int tokens = Math.multiplyExact(
                config.batch().sequencesPerMicroBatch(), config.batch().time());
        this.inputs = Ids.of(new int[tokens]);
        this.targets = Ids.of(new int[tokens]);
    }

    /// Makes one step.
    ///
    /// @param tape a recording tape
    /// @throws DivergenceException if the loss or the gradient is not finite; the parameters are then unchanged
    public Result run(Tape tape, BatchSource batches) {
        Kernels kernels = tape.kernels();
        long start = System.nanoTime();
        TrainingStepEvent event = new TrainingStepEvent();
        event.begin();
        long batchState = batches.state();
        double learningRate = config.optimization().learningRate().at(optimizer.steps() + 1);
        double loss = lossAndGradients(tape, batches);
        double norm = GradientClipping.norm(kernels, parameters);
        if (!Double.isFinite(loss) || !Double.isFinite(norm)) {
            throw new DivergenceException(optimizer.steps() + 1, batchState, loss, norm);
        }
        optimizer.step(learningRate, clipping.scale(norm));
        Result result = new Result(loss, learningRate, norm);
        record(event, result, System.nanoTime() - start);
        return result;
    }

    /// Into the flight recording, where one is running.
    private void record(TrainingStepEvent event, Result result, long nanos) {
        event.end();
        if (event.shouldCommit()) {
            event.step = optimizer.steps();
            event.loss = result.loss();
            event.tokens = config.tokensPerStep();
            event.millis = nanos / 1e6;
            event.learningRate = result.learningRate();
            event.gradientNorm = result.gradientNorm();
            event.commit();
        }
    }

    private double lossAndGradients(Tape tape, BatchSource batches) {
        TrainConfig.Batch batch = config.batch();
        parameters.discardGradients();
        float scale = 1f / config.tokensPerStep();
        double sum = 0;
        for (int part = 0; part < batch.microBatches(); part++) {
            batches.next(inputs, targets);
            sum += model.lossAndGradients(tape, inputs, targets, batch.sequencesPerMicroBatch(), batch.time(), scale);
        }
        for (Parameter parameter : parameters.all()) {
            if (parameter.beginsGradient()) { // the loss does not depend on it
                tape.kernels().fill(parameter.gradient(), 0);
            }
        }
        return sum / batch.microBatches();
    }
}
