/// Differentiable operations: one file each, forward and backward side by side, the derivation in its doc.
///
/// Read [Tape] first, then [LinearMap], the simplest complete operation. An operation is a static method
/// `apply` that takes a tape, computes its output with the tape's kernels, and records how gradients flow back
/// through it. [LanguageModelLoss] is where a training step ends and its backward pass begins.
///
/// In every doc `dX` is the gradient of the loss with respect to `X`; symbols of shapes are those of
/// `inkling.core.tensor`.
@NullMarked
package inkling.core.ops;

import org.jspecify.annotations.NullMarked;
