package inkling.tokenizer.train;

/// Which of two equally frequent pairs is merged first.
public enum TieOrder {
    /// The pair with the greater left token, then the greater right one, as unsigned bytes, a prefix being
    /// smaller.
    GREATEST_BYTES,
    /// The pair with the smaller left id, then the smaller right one.
    SMALLEST_IDS
}
