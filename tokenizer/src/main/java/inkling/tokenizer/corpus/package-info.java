/// Large text in bounded memory: [ChunkReader] cuts files into pieces that may be worked on apart, at the
/// places that [SafeCut] finds.
@NullMarked
package inkling.tokenizer.corpus;

import org.jspecify.annotations.NullMarked;
