package inkling.core.device.profiling;

import inkling.core.device.Kernels;
import inkling.core.tensor.Tensor;
import java.util.List;

/// One call of a kernel, as a watching device sees it.
///
/// @param kernel its name, with what distinguishes its calls: `matmul NT`
/// @param shape its size: `m×n×k` of a product, else rows × columns
/// @param weights those of its arguments that may be parameters, or gradients of parameters
/// @param action the call itself
record KernelCall(String kernel, String shape, List<Tensor> weights, Action action) {
    /// A call that any device can make.
    interface Action {
        /// Makes the call.
        void on(Kernels kernels);
    }
}
