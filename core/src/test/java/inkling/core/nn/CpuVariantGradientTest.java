package inkling.core.nn;

import inkling.core.device.Kernels;
import inkling.core.device.cpu.CpuKernels;

/// Every combination of variants on the processor.
class CpuVariantGradientTest extends VariantGradients {
    @Override
    Kernels kernels() {
        return new CpuKernels(2);
    }
}
