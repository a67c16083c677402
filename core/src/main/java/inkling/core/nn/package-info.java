/// Layers of a Transformer language model: forward passes only, written as the formulas read.
///
/// Read [ModelConfig] first, then [TransformerLm], [PreNormBlock] and [CausalSelfAttention]. Gradients come
/// from the operations the layers call, see `inkling.core.ops`; which variant of a layer a model has is decided
/// once, by [LayerFactory].
@NullMarked
package inkling.core.nn;

import org.jspecify.annotations.NullMarked;
