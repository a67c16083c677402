package inkling.tokenizer;

/// Which of two equally frequent pairs the trainer merges first.
public enum TieBreak {
    /// The pair of the greater raw byte strings, as the CS336 course has it.
    CS336,
    /// The pair of the smaller ids, as Hugging Face's trainer has it.
    HUGGING_FACE
}
