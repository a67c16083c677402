/// Off-heap float tensors, token ids and the step arena.
///
/// Read [Tensor] first, then [Workspace], which says where the memory of a training step comes from.
///
/// Symbols used in shapes throughout the project: `B` batch, `T` time (tokens in a sequence), `D` model width,
/// `H` query heads, `G` key and value heads, `K` width of one head, `F` feed-forward width, `V` vocabulary, `L`
/// layers, `N = B·T` rows of an activation.
@NullMarked
package inkling.core.tensor;

import org.jspecify.annotations.NullMarked;
