/// What a model costs, before it runs: parameters, FLOPs, memory, time, as formulas that compute their own figures.
///
/// Read [Plan] first: it is the answer to one question about one configuration. Every figure in it is a [Figure], an
/// [Expression] over the [Symbol]s together with its exact value, so that the printed formula and the printed number
/// cannot disagree. [Products] lists the matrix products of a forward pass, [ParameterCount] the learned elements,
/// [TrainingMemory] the bytes of a training step as `a·B + b`, [TrainingTime] FLOPs and days.
///
/// Symbols: `B` sequences in a batch, `T` tokens in a sequence, `D` model width, `H` query heads, `G` key and value
/// heads, `K` width of one head, `F` feed-forward width, `V` vocabulary, `L` layers, `P` parameters.
///
/// Conventions: one multiply-add is two FLOPs; only matrix products count; scores and weighted values are counted over
/// the full `T × T` square and over all heads; a backward pass costs twice its forward pass.
@NullMarked
package inkling.core.accounting;

import org.jspecify.annotations.NullMarked;
