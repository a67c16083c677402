/// The specification of [inkling.core.device.Kernels]: plain loops on one thread, sums and intermediate values
/// in double precision, no cleverness.
///
/// [ReferenceKernels] is the entry; the loops stand in one file per family. Every other device is compared with
/// this one.
@NullMarked
package inkling.core.device.reference;

import org.jspecify.annotations.NullMarked;
