package inkling.core.nn;

import inkling.core.device.Kernels;
import inkling.core.device.cpu.CpuKernels;

/// The published models on the processor.
class CpuLanguageModelFixtureTest extends LanguageModelFixtures {
    @Override
    Kernels kernels() {
        return new CpuKernels(2);
    }
}
