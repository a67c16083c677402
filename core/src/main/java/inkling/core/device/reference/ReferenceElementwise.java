package inkling.core.device.reference;

import inkling.core.device.AdamWStep;
import inkling.core.device.KernelChecks;
import inkling.core.tensor.Tensor;

/// Element-wise kernels, norm and optimizer step of the reference device.
final class ReferenceElementwise {
    private ReferenceElementwise() {}

    static void fill(Tensor x, float value) {
        for (long i = 0; i < x.size(); i++) {
            x.set(i, value);
        }
    }

    static void copy(Tensor y, Tensor x) {
        KernelChecks.size("copy", "y", y, x.size());
        for (long i = 0; i < x.size(); i++) {
            y.set(i, x.get(i));
        }
    }

    static void addScaled(Tensor y, Tensor x, float scale) {
        KernelChecks.size("addScaled", "y", y, x.size());
        for (long i = 0; i < x.size(); i++) {
            y.set(i, (float) (y.get(i) + (double) scale * x.get(i)));
        }
    }

    static void scale(Tensor x, float factor) {
        for (long i = 0; i < x.size(); i++) {
            x.set(i, x.get(i) * factor);
        }
    }

    static double sumOfSquares(Tensor x) {
        double sum = 0;
        for (long i = 0; i < x.size(); i++) {
            sum += (double) x.get(i) * x.get(i);
        }
        return sum;
    }

    static void adamW(Tensor parameters, Tensor gradients, Tensor first, Tensor second, AdamWStep step) {
        KernelChecks.size("adamW", "gradients", gradients, parameters.size());
        KernelChecks.size("adamW", "firstMoment", first, parameters.size());
        KernelChecks.size("adamW", "secondMoment", second, parameters.size());
        double beta1 = step.beta1();
        double beta2 = step.beta2();
        double decay = 1 - (double) step.learningRate() * step.weightDecay();
        double correction1 = 1 - Math.pow(beta1, step.step());
        double correction2 = Math.sqrt(1 - Math.pow(beta2, step.step()));
        for (long i = 0; i < parameters.size(); i++) {
            double g = (double) gradients.get(i) * step.gradientScale();
            double m = beta1 * first.get(i) + (1 - beta1) * g;
            double v = beta2 * second.get(i) + (1 - beta2) * g * g;
            first.set(i, (float) m);
            second.set(i, (float) v);
            double p = parameters.get(i);
            double rate = step.learningRate() / correction1;
            p = switch (step.order()) {
                case DECAY_FIRST -> p * decay - rate * correction2 * m / (Math.sqrt(v) + step.epsilon());
                case DECAY_LAST -> (p - rate * correction2 * m / (Math.sqrt(v) + step.epsilon())) * decay;
                case PYTORCH -> p * decay - rate * m / (Math.sqrt(v) / correction2 + step.epsilon());
            };
            parameters.set(i, (float) p);
        }
    }
}
