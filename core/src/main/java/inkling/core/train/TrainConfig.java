package inkling.core.train;

import inkling.core.nn.ModelConfig;
import inkling.core.optim.LearningRate;
import inkling.core.optim.OptimizerSpec;

/// Everything that defines a training run but its data and its machine.
///
/// @param model the architecture
/// @param optimization how the parameters change
/// @param batch how many tokens a step sees
/// @param steps optimizer steps of the whole run
/// @param seed decides the starting weights and the order of the batches
/// @param evaluation when and on how much the validation loss is computed
/// @param checkpoints when the state is saved and how much of it is kept
public record TrainConfig(
        ModelConfig model,
        Optimization optimization,
        Batch batch,
        long steps,
        long seed,
        Evaluation evaluation,
        Checkpoints checkpoints) {

    /// Checks that the parts fit together.
    public TrainConfig {
        atLeastOne("steps", steps);
        if (batch.time() > model.contextLength()) {
            throw new IllegalArgumentException("training: batch time " + batch.time()
                    + " is longer than the context length " + model.contextLength());
        }
    }

    /// The same run with another model and batch.
    public TrainConfig with(ModelConfig newModel, Batch newBatch) {
        return new TrainConfig(newModel, optimization, newBatch, steps, seed, evaluation, checkpoints);
    }

    /// Tokens of one optimizer step.
    public long tokensPerStep() {
        return (long) batch.sequences() * batch.time();
    }

    /// How the parameters change.
    ///
    /// @param optimizer which optimizer
    /// @param learningRate its rate over time
    /// @param maxGradientNorm longest gradient that is not clipped
    public record Optimization(OptimizerSpec optimizer, LearningRate learningRate, double maxGradientNorm) {
        /// Checks the bound.
        public Optimization {
            if (!(maxGradientNorm > 0)) {
                throw new IllegalArgumentException(
                        "training: max gradient norm is " + maxGradientNorm + ", expected more than 0");
            }
        }
    }

    /// How many tokens a step sees.
    ///
    /// @param sequences `B`, windows of one step, over all its micro-batches
    /// @param time `T`, tokens of a window
    /// @param microBatches parts that are computed one after the other to save memory; divides `sequences`
    public record Batch(int sequences, int time, int microBatches) {
        /// Checks the sizes.
        public Batch {
            atLeastOne("batch sequences", sequences);
            atLeastOne("batch time", time);
            atLeastOne("micro-batches", microBatches);
            if (sequences % microBatches != 0) {
                throw new IllegalArgumentException(
                        "training: " + microBatches + " micro-batches do not divide " + sequences + " sequences");
            }
        }

        /// Windows of one micro-batch.
        public int sequencesPerMicroBatch() {
            return sequences / microBatches;
        }
    }

    /// When and on how much the validation loss is computed; always at the end of a run as well.
    ///
    /// @param everySteps steps between two evaluations
    /// @param maxTokens tokens of the validation file that are looked at, from its start
    public record Evaluation(long everySteps, long maxTokens) {
        /// Checks the numbers.
        public Evaluation {
            atLeastOne("steps between evaluations", everySteps);
            atLeastOne("evaluation tokens", maxTokens);
        }
    }

    /// When the state is saved and how much of it is kept; always at the end of a run as well.
    ///
    /// @param everySteps steps between two checkpoints
    /// @param everyMinutes longest time between two checkpoints
    /// @param keep how many of the newest are kept, besides the best
    public record Checkpoints(long everySteps, double everyMinutes, int keep) {
        /// Checks the numbers.
        public Checkpoints {
            atLeastOne("steps between checkpoints", everySteps);
            atLeastOne("kept checkpoints", keep);
            if (!(everyMinutes > 0)) {
                throw new IllegalArgumentException(
                        "training: minutes between checkpoints are " + everyMinutes + ", expected more than 0");
            }
        }
    }

    private static void atLeastOne(String what, long value) {
        if (value < 1) {
            throw new IllegalArgumentException("training: " + what + " is " + value + ", expected at least 1");
        }
    }
}
