package inkling.core.train;

import java.util.OptionalDouble;

/// One step as listeners and the metrics file see it.
///
/// @param step steps made, this one included
/// @param totalSteps steps of the whole run
/// @param tokens tokens seen, over all sessions
/// @param wallSeconds seconds spent, over all sessions
/// @param loss mean loss of the step's tokens, in nats
/// @param learningRate the rate it used
/// @param gradientNorm norm of the gradient before clipping
/// @param tokensPerSecond speed of this step alone, without evaluation and saving
/// @param mfu model FLOPs utilisation: achieved / peak FLOP/s, where the machine's peak is known
public record StepReport(
        long step,
        long totalSteps,
        long tokens,
        double wallSeconds,
        double loss,
        double learningRate,
        double gradientNorm,
        double tokensPerSecond,
        OptionalDouble mfu) {}
