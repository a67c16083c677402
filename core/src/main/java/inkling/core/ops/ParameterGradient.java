package inkling.core.ops;

import inkling.core.device.Kernels;
import inkling.core.device.Store;
import inkling.core.tensor.Parameter;
import inkling.core.tensor.Tensor;

/// How the backward pass reaches the gradient of a parameter.
///
/// Zeros that are written first and added to afterwards would be two more passes over all gradients in every step, of
/// which the zeros alone are 1 % with a large vocabulary: the first contribution of a step overwrites what the step
/// before has left.
final class ParameterGradient {
    private ParameterGradient() {}

    /// For kernels that either overwrite or add.
    static Store store(Parameter parameter) {
        return parameter.beginsGradient() ? Store.OVERWRITE : Store.ADD;
    }

    /// For kernels that only add: the gradient, zeros at first.
    static Tensor addable(Kernels kernels, Parameter parameter) {
        if (parameter.beginsGradient()) {
            kernels.fill(parameter.gradient(), 0);
        }
        return parameter.gradient();
    }
}
