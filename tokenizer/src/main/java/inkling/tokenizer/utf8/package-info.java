/// UTF-8 read byte by byte, with damaged text treated as CPython's `errors="replace"` treats it.
///
/// Start with [Utf8]: it says how long the character at a position is, maximal damaged parts counting as one
/// U+FFFD. [Utf8Decoder] turns a stream of bytes into text without ever cutting a character.
@NullMarked
package inkling.tokenizer.utf8;

import org.jspecify.annotations.NullMarked;
