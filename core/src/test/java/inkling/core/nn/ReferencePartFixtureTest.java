package inkling.core.nn;

import inkling.core.device.Kernels;
import inkling.core.device.reference.ReferenceKernels;

/// The published parts on the reference device.
class ReferencePartFixtureTest extends PartFixtures {
    @Override
    Kernels kernels() {
        return new ReferenceKernels();
    }
}
