/// Learning merges: [PieceCounts] holds how often each distinct piece of a corpus occurs, [MergeLoop] merges
/// the most frequent pair again and again.
///
/// Inside this package a *symbol* is a byte (0 to 255, in the order of GPT-2's letters) or a merge (256 and
/// up, in order). Symbols become ids when special tokens are put before them.
@NullMarked
package inkling.tokenizer.train;

import org.jspecify.annotations.NullMarked;
