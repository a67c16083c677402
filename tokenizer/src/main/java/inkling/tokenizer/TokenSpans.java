package inkling.tokenizer;

/// The tokens of a text with the bytes each covers; together they cover all of it.
///
/// Where the tokenizer normalises text, the places are those of the normalised text, [#text()].
public final class TokenSpans {
    private final int[] ids;
    private final int[] starts;
    private final byte[] text;

    TokenSpans(int[] ids, int[] starts, byte[] text) {
        this.ids = ids;
        this.starts = starts;
        this.text = text;
    }

    /// The number of tokens.
    public int size() {
        return ids.length;
    }

    /// The id of a token.
    public int id(int index) {
        return ids[index];
    }

    /// The byte of the text at which a token starts.
    public int start(int index) {
        return starts[index];
    }

    /// The byte of the text behind the last one of a token.
    public int end(int index) {
        return starts[index + 1];
    }

    /// The text that the places are in: the one given, normalised if the tokenizer does that.
    public byte[] text() {
        return text.clone();
    }

    /// All ids.
    public int[] ids() {
        return ids.clone();
    }
}
