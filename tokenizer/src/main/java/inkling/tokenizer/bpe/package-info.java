/// Byte-pair encoding proper: from the bytes of a text to ids.
///
/// Start with [BpeModel], the data a tokenizer consists of, then [TextEncoder], which cuts text into pieces and
/// encodes each: from the [PieceCache], or [LongPieces], if it was seen before, else by merging, [ShortMerge]
/// for the usual lengths and [LongMerge] for giant pieces. [SpecialFinder] finds special tokens before any of
/// this.
///
/// An *id* is a token's number. A *rank* says how early a merge comes: lower ranks merge first, and equal
/// ranks from left to right.
@NullMarked
package inkling.tokenizer.bpe;

import org.jspecify.annotations.NullMarked;
