/// Splitting text into the pieces that byte-level BPE works on, straight over UTF-8 bytes.
///
/// Read [SplitPattern] first: it lists the published split rules, each as a regular expression, which is the
/// specification, and as a hand-written scanner, which is what runs: a [BlockScanner] over the masks of
/// [ClassMasks], 64 bytes at a time, and a plain one for what is rare. A [PieceWalk] goes over the pieces of one
/// text: by a scanner, by a regular expression, or by two rules in a row. The classes
/// of characters are those of `inkling.tokenizer.unicode`.
///
/// Symbols in comments: `L` letter, `N` number, `S` white space, `M` mark, `O` everything else.
@NullMarked
package inkling.tokenizer.split;

import org.jspecify.annotations.NullMarked;
