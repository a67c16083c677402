/// Tests of reading large text.
@NullMarked
package inkling.tokenizer.corpus;

import org.jspecify.annotations.NullMarked;
