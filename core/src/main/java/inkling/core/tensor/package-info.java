/// Off-heap float tensors and the step arena.
@NullMarked
package inkling.core.tensor;

import org.jspecify.annotations.NullMarked;
