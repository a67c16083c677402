package inkling.core.optim;

import inkling.core.device.Kernels;
import inkling.core.tensor.Parameters;
import inkling.core.tensor.Tensor;
import java.lang.foreign.Arena;
import java.util.Map;

/// Changes parameters so that the loss falls, one step at a time, from their gradients.
public sealed interface Optimizer permits AdamW, Sgd {
    /// Makes the optimizer of a specification; its state lives as long as the arena.
    static Optimizer of(OptimizerSpec spec, Kernels kernels, Parameters parameters, Arena arena) {
        return switch (spec) {
            case OptimizerSpec.AdamW adamW -> new AdamW(adamW, kernels, parameters, arena);
            case OptimizerSpec.Sgd sgd -> new Sgd(sgd, kernels, parameters);
        };
    }

    /// One step.
    ///
    /// @param learningRate `lr` of this step
    /// @param gradientScale factor on every gradient, as [GradientClipping] gives it
    void step(double learningRate, double gradientScale);

    /// Steps made so far.
    long steps();

    /// State tensors by name, each laid out like [Parameters#values()]; a checkpoint saves them.
    Map<String, Tensor> state();

    /// Goes on after so many steps; the tensors of [#state()] are filled by the caller.
    void restore(long steps);
}
