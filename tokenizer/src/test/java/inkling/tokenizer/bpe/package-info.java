/// Tests of the merges themselves.
@NullMarked
package inkling.tokenizer.bpe;

import org.jspecify.annotations.NullMarked;
