package inkling.core.device;

import inkling.core.device.cpu.ScalarKernels;

/// The processor without the Vector API keeps the contract too.
class ScalarKernelsTest extends KernelsContract {
    @Override
    Kernels create(int threads) {
        return new ScalarKernels(threads);
    }
}
