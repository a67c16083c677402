package inkling.tokenizer.bpe;

/// A token that stands for itself: it is found in text before anything is split, and takes no part in merges.
///
/// @param text how it is written
/// @param id its id
public record SpecialToken(String text, int id) {
    /// Refuses an empty text.
    public SpecialToken {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("a special token has an empty text");
        }
    }
}
