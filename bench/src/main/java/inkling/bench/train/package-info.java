/// Whole training steps at the sizes that [BenchModel] names.
@NullMarked
package inkling.bench.train;

import org.jspecify.annotations.NullMarked;
