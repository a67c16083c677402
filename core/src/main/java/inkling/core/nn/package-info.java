/// Layers of a Transformer language model: forward passes only, written as the formulas read.
///
/// Read [ModelConfig] first, then [TransformerLm], [PreNormBlock] and [CausalSelfAttention]. Gradients come
/// from the operations the layers call, see `inkling.core.ops`; which variant of a layer a model has is decided
/// once, by [LayerFactory].
///
/// **Memory of a training step.** A pre-norm SwiGLU layer keeps `8D + 3F` floats for each token until its
/// backward pass, with as many key/value heads as heads: the residual stream before attention and before the
/// feed-forward network `2D`, their normalised copies `2D`, queries, keys and values `3D`, attention's output
/// `D`, gate and up `2F`, their product `F`; and `2 + H` single numbers. The backward pass adds what one layer
/// needs, for the gradient of the residual stream is one buffer handed down the whole depth and each activation
/// goes back to the step arena as soon as it has been used. Logits exist for one chunk of rows at a time.
/// [StepMemory] says the exact bytes before anything is allocated, and a test holds the program to them.
@NullMarked
package inkling.core.nn;

import org.jspecify.annotations.NullMarked;
