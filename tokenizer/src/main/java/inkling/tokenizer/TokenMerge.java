package inkling.tokenizer;

/// The merge that makes a token: its two parts, which have merges of their own until single bytes are left.
///
/// @param rank when it was learnt, from 0; lower ranks are merged first
/// @param left the id of the first part
/// @param right the id of the second part
public record TokenMerge(int rank, int left, int right) {}
