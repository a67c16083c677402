package inkling.core.nn;

import inkling.core.device.Kernels;
import inkling.core.device.reference.ReferenceKernels;

/// The published models on the reference device.
class ReferenceLanguageModelFixtureTest extends LanguageModelFixtures {
    @Override
    Kernels kernels() {
        return new ReferenceKernels();
    }
}
