package inkling.tokenizer.bpe;

/// A token that stands for itself: it is found in text before anything is split, and takes no part in merges.
///
/// @param text how it is written
/// @param id its id
/// @param traits how it is found
public record SpecialToken(String text, int id, Traits traits) {
    /// Refuses an empty text.
    public SpecialToken {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("a special token has an empty text");
        }
    }

    /// A special token that is found wherever it is written.
    public SpecialToken(String text, int id) {
        this(text, id, Traits.SPECIAL);
    }

    /// How a token is found, as the `added_tokens` of a `tokenizer.json` say it.
    ///
    /// @param special whether it is a control token, which a text needs permission to contain; a token that is
    ///     not is always found
    /// @param normalized whether it is looked for after the text was normalised, in what other tokens left over
    /// @param singleWord whether it only counts where no word character touches it
    /// @param stripLeft whether it swallows the white space before it
    /// @param stripRight whether it swallows the white space behind it
    public record Traits(
            boolean special, boolean normalized, boolean singleWord, boolean stripLeft, boolean stripRight) {
        /// A control token without peculiarities.
        public static final Traits SPECIAL = new Traits(true, false, false, false, false);

        /// Whether the text around the token has a say.
        public boolean looksAround() {
            return singleWord || stripLeft || stripRight;
        }
    }
}
