package inkling.core.optim;

import inkling.core.device.Kernels;
import inkling.core.tensor.Parameters;
import inkling.core.tensor.Tensor;
import java.util.Map;

/// Stochastic gradient descent: `θ ← θ − lr·g`, or `θ ← θ − lr/√(t + 1)·g` with `t` counted from 0.
public final class Sgd implements Optimizer {
    private final OptimizerSpec.Sgd spec;
    private final Kernels kernels;
    private final Parameters parameters;
    private long steps;

    /// An optimizer without state but its step count.
    public Sgd(OptimizerSpec.Sgd spec, Kernels kernels, Parameters parameters) {
        this.spec = spec;
        this.kernels = kernels;
        this.parameters = parameters;
    }

    @Override
    public void step(double learningRate, double gradientScale) {
        double rate = spec.decayed() ? learningRate / Math.sqrt(steps + 1.0) : learningRate;
        kernels.addScaled(parameters.values(), parameters.gradients(), (float) (-rate * gradientScale));
        steps++;
    }

    @Override
    public long steps() {
        return steps;
    }

    @Override
    public Map<String, Tensor> state() {
        return Map.of();
    }

    @Override
    public void restore(long newSteps) {
        steps = newSteps;
    }
}
