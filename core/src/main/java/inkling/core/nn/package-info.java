/// Layers of a Transformer language model: forward passes only, written as the formulas read.
///
/// Read [ModelConfig] first. Gradients come from the operations the layers call, see `inkling.core.ops`.
@NullMarked
package inkling.core.nn;

import org.jspecify.annotations.NullMarked;
