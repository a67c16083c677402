/// Writing text with a model.
///
/// Read [Generator] first: token after token, each drawn by a [Sampler] from the model's prediction.
@NullMarked
package inkling.core.generate;

import org.jspecify.annotations.NullMarked;
