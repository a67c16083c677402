/// Generation, one token at a time, beside what else people use for it; start with [GenerationBench].
@NullMarked
package inkling.bench.generate;

import org.jspecify.annotations.NullMarked;
