package inkling.tokenizer;

import inkling.tokenizer.utf8.Utf8Decoder;

/// Decodes ids one by one and never emits half a character: bytes that may still become one wait for the next id.
///
/// Made by [Tokenizer#streamDecoder]; not for use by two threads at once. All texts together equal
/// [Tokenizer#decode] of all ids.
public final class StreamDecoder {
    private final Tokenizer tokenizer;
    private final Utf8Decoder decoder = new Utf8Decoder();

    StreamDecoder(Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /// Adds an id and returns the text that is now certain, possibly empty.
    ///
    /// @throws IllegalArgumentException if there is no token of that id
    public String append(int id) {
        byte[] bytes = tokenizer.tokenBytes(id);
        return decoder.append(bytes, 0, bytes.length);
    }

    /// Ends the text: returns U+FFFD if a character is left incomplete, else the empty text, and starts afresh.
    public String finish() {
        return decoder.finish();
    }
}
