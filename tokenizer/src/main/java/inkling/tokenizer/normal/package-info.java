/// Bringing text into one form before it is split: [Normalization] is what a `tokenizer.json` calls its
/// normalizer.
@NullMarked
package inkling.tokenizer.normal;

import org.jspecify.annotations.NullMarked;
