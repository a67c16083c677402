package inkling.core.experiment;

import inkling.core.device.Kernels;
import inkling.core.optim.OptimizerSpec;
import inkling.core.optim.Sgd;
import inkling.core.tensor.Initializer;
import inkling.core.tensor.Parameter;
import inkling.core.tensor.Parameters;
import inkling.core.tensor.Tensor;
import java.lang.foreign.Arena;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// Gradient descent on `loss(w) = mean(w²)` with `n = 100` weights and the learning rate `lr/√(t + 1)`.
///
/// The gradient is `2·w/n`, so every weight is multiplied by the same factor in each step and the loss by its square:
///
/// `loss(t+1) = loss(t) · (1 − 2·lr/(n·√(t+1)))²`
///
/// whatever the weights are. The factor is 0 for `lr = 50·√(t+1)` (solved at once), below 1 in size for smaller rates
/// (shrinks), above 1 for larger ones (explodes until `√(t+1)` has grown enough).
public final class SgdToy {
    /// Number of weights, `n`.
    public static final int WEIGHTS = 100;

    private SgdToy() {}

    /// Losses before each of the steps, from weights `5·N(0, 1)` of this seed.
    public static double[] run(Kernels kernels, double learningRate, int steps, long seed) {
        RandomGenerator random = new SplittableRandom(seed);
        float[] weights = new float[WEIGHTS];
        for (int i = 0; i < WEIGHTS; i++) {
            weights[i] = (float) (5 * random.nextGaussian());
        }
        return run(kernels, learningRate, steps, weights);
    }

    /// Losses before each of the steps, from given weights, computed in 32-bit floats by the real optimizer.
    public static double[] run(Kernels kernels, double learningRate, int steps, float... weights) {
        try (Arena arena = Arena.ofConfined()) {
            var declarations = new Parameters.Declarations();
            Parameter w = declarations.vector("w", new Initializer.Constant(0), weights.length);
            Parameters parameters = declarations.allocate(arena);
            w.value().copyFrom(weights);
            Sgd sgd = new Sgd(new OptimizerSpec.Sgd(true), kernels, parameters);
            double[] losses = new double[steps];
            for (int t = 0; t < steps; t++) {
                losses[t] = kernels.sumOfSquares(w.value()) / weights.length;
                gradient(kernels, w);
                sgd.step(learningRate, 1);
            }
            return losses;
        }
    }

    private static void gradient(Kernels kernels, Parameter w) {
        Tensor gradient = w.gradient();
        kernels.fill(gradient, 0);
        kernels.addScaled(gradient, w.value(), 2f / gradient.size());
    }

    /// The losses that the law gives from the first one.
    public static double[] law(double firstLoss, double learningRate, int steps) {
        double[] losses = new double[steps];
        double loss = firstLoss;
        for (int t = 0; t < steps; t++) {
            losses[t] = loss;
            double factor = 1 - 2 * learningRate / (WEIGHTS * Math.sqrt(t + 1.0));
            loss *= factor * factor;
        }
        return losses;
    }
}
