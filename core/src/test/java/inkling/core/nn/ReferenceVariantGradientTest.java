package inkling.core.nn;

import inkling.core.device.Kernels;
import inkling.core.device.reference.ReferenceKernels;

/// Every combination of variants on the reference device.
class ReferenceVariantGradientTest extends VariantGradients {
    @Override
    Kernels kernels() {
        return new ReferenceKernels();
    }
}
