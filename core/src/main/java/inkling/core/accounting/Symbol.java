package inkling.core.accounting;

/// A size of a model or of a training step, as formulas write it.
public enum Symbol implements Expression {
    /// Sequences in a batch.
    B("sequences in a batch"),
    /// Tokens in a sequence.
    T("tokens in a sequence (context length)"),
    /// Width of the residual stream.
    D("model width"),
    /// Query heads.
    H("query heads"),
    /// Key and value heads.
    G("key and value heads"),
    /// Width of one head, `D/H`.
    K("width of one head, D/H"),
    /// Width of the feed-forward network.
    F("feed-forward width"),
    /// Size of the vocabulary.
    V("vocabulary"),
    /// Number of layers.
    L("layers"),
    /// Number of parameters.
    P("parameters");

    private final String meaning;

    Symbol(String meaning) {
        this.meaning = meaning;
    }

    /// What the symbol stands for, in a few words.
    public String meaning() {
        return meaning;
    }
}
