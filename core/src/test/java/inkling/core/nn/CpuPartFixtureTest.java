package inkling.core.nn;

import inkling.core.device.Kernels;
import inkling.core.device.cpu.CpuKernels;

/// The published parts on the processor.
class CpuPartFixtureTest extends PartFixtures {
    @Override
    Kernels kernels() {
        return new CpuKernels(2);
    }
}
