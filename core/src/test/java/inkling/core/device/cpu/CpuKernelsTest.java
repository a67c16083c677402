package inkling.core.device.cpu;

import inkling.core.device.Kernels;
import inkling.core.device.KernelsContract;

/// The CPU device at the vector width of the running JVM.
final class CpuKernelsTest extends KernelsContract {
    @Override
    protected Kernels device(int threads) {
        return new CpuKernels(threads);
    }
}
