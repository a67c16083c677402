package inkling.core.device;

import inkling.core.device.cpu.CpuKernels;

/// The processor device keeps the contract.
class CpuKernelsTest extends KernelsContract {
    @Override
    Kernels create(int threads) {
        return new CpuKernels(threads);
    }
}
