package inkling.core.optim;

import inkling.core.device.AdamWStep;
import inkling.core.device.Kernels;
import inkling.core.tensor.Parameters;
import inkling.core.tensor.Tensor;
import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.Map;

/// Adam with decoupled weight decay.
///
/// ```
/// θ ← θ·(1 − lr·λ)
/// m ← β₁·m + (1 − β₁)·g
/// v ← β₂·v + (1 − β₂)·g²
/// θ ← θ − lr·√(1 − β₂ᵗ)/(1 − β₁ᵗ) · m/(√v + ε)
/// ```
///
/// (order `DECAY_FIRST`; the two others are in [AdamWStep].) The moments are slabs like those of the parameters, so a
/// step is one pass over memory: one run for what is decayed, one for the gains, where `λ` is 0.
///
/// @see <a href="https://arxiv.org/abs/1711.05101">Loshchilov and Hutter, 2019</a>
public final class AdamW implements Optimizer {
    private final OptimizerSpec.AdamW spec;
    private final Kernels kernels;
    private final Parameters parameters;
    private final Tensor firstMoment;
    private final Tensor secondMoment;
    private long steps;

    /// An optimizer with moments of zero that live as long as the arena.
    public AdamW(OptimizerSpec.AdamW spec, Kernels kernels, Parameters parameters, Arena arena) {
        this.spec = spec;
        this.kernels = kernels;
        this.parameters = parameters;
        Tensor values = parameters.values();
        this.firstMoment = values.isVirtual() ? Tensor.virtual(values.shape()) : Tensor.allocate(arena, values.shape());
        this.secondMoment =
                values.isVirtual() ? Tensor.virtual(values.shape()) : Tensor.allocate(arena, values.shape());
    }

    @Override
    public void step(double learningRate, double gradientScale) {
        steps++;
        double gainDecay = spec.decayGains() ? spec.weightDecay() : 0;
        update(true, numbers(learningRate, gradientScale, spec.weightDecay()));
        update(false, numbers(learningRate, gradientScale, gainDecay));
    }

    private void update(boolean decayed, AdamWStep numbers) {
        Tensor values = run(decayed, parameters.values());
        if (values.size() > 0) {
            kernels.adamW(
                    values,
                    run(decayed, parameters.gradients()),
                    run(decayed, firstMoment),
                    run(decayed, secondMoment),
                    numbers);
        }
    }

    private Tensor run(boolean decayed, Tensor slab) {
        return decayed ? parameters.decayed(slab) : parameters.undecayed(slab);
    }

    private AdamWStep numbers(double learningRate, double gradientScale, double weightDecay) {
        return new AdamWStep(
                (float) learningRate,
                (float) spec.beta1(),
                (float) spec.beta2(),
                (float) spec.epsilon(),
                (float) weightDecay,
                (float) gradientScale,
                steps,
                spec.order());
    }

    @Override
    public long steps() {
        return steps;
    }

    @Override
    public Map<String, Tensor> state() {
        Map<String, Tensor> state = new LinkedHashMap<>();
        state.put("first_moment", firstMoment);
        state.put("second_moment", secondMoment);
        return state;
    }

    @Override
    public void restore(long newSteps) {
        steps = newSteps;
    }
}
