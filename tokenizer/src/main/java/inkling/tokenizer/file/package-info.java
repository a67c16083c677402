/// Writing files so that nothing is ever half-written: [ReplacedFile] writes beside its target and moves into
/// place.
///
/// Shared with the other modules of this project; not part of the tokenizer's public interface.
@NullMarked
package inkling.tokenizer.file;

import org.jspecify.annotations.NullMarked;
