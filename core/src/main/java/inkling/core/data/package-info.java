/// Token files and the batches drawn from them.
///
/// Read [TokenFile] first: one document stream of token ids in a `.npy` file, mapped into memory. [BatchSampler] draws
/// training batches from it at random, [EvaluationWindows] walks through all of it once.
@NullMarked
package inkling.core.data;

import org.jspecify.annotations.NullMarked;
