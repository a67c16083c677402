package inkling.tokenizer;

/// What happens to the written form of a special token, such as `<|endoftext|>`, inside a text.
public enum SpecialPolicy {
    /// It becomes the special token: for one's own text and for corpora.
    ALLOW,
    /// It is an error, an [IllegalArgumentException]: the default, so that a user's text cannot smuggle
    /// special tokens in.
    REFUSE,
    /// It is encoded like any other text.
    TEXT
}
