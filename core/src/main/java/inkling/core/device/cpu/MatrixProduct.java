package inkling.core.device.cpu;

import inkling.core.device.Product;
import inkling.core.device.Store;
import inkling.core.tensor.Tensor;

/// One way to do [inkling.core.device.Kernels#matmul]: [MatmulKernel] in FP32, or [Bf16MatmulKernel].
sealed interface MatrixProduct extends AutoCloseable permits MatmulKernel, Bf16MatmulKernel {
    /// `C = op(A)·op(B)` or `C += op(A)·op(B)`.
    void multiply(Tensor c, Tensor a, Tensor b, Product product, Store store);

    /// What it adds to the name of the device.
    String name();

    @Override
    void close();
}
