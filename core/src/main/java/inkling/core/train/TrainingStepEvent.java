package inkling.core.train;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// One optimizer step in a flight recording.
@Name("inkling.TrainingStep")
@Label("Training step")
@Category("inkling")
@Description("Forward and backward pass of all micro-batches, clipping and update")
@StackTrace(false)
final class TrainingStepEvent extends Event {
    @Label("Step")
    @Description("Counted from 1")
    long step;

    @Label("Loss")
    @Description("Mean loss of its tokens before the update, in nats")
    double loss;

    @Label("Tokens")
    long tokens;

    @Label("Milliseconds")
    double millis;

    @Label("Learning rate")
    double learningRate;

    @Label("Gradient norm")
    @Description("Before clipping")
    double gradientNorm;
}
