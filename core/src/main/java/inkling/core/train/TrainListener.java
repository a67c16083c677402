package inkling.core.train;

import java.nio.file.Path;

/// Hears what happens while a model is trained; every method may be left out.
public interface TrainListener {
    /// Ignores everything.
    TrainListener NONE = new TrainListener() {};

    /// A step is done.
    default void step(StepReport report) {}

    /// An evaluation goes on: so many of all tokens are done.
    default void evaluating(long done, long total) {}

    /// An evaluation is done.
    default void evaluated(long step, Evaluation evaluation) {}

    /// A checkpoint has been saved.
    default void saved(long step, Path checkpoint) {}
}
