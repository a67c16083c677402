package inkling.tokenizer.utf8;

import java.util.Arrays;

/// Turns bytes that arrive in pieces into text, never emitting half a character.
///
/// The concatenation of everything it returns equals [Utf8#text] of all the bytes. Not for use by two threads
/// at once.
public final class Utf8Decoder {
    private byte[] pending = new byte[64];
    private int length;

    /// Adds bytes and returns the text that is now certain, possibly empty.
    public String append(byte[] bytes, int from, int to) {
        int added = to - from;
        if (length + added > pending.length) {
            pending = Arrays.copyOf(pending, Math.max(2 * pending.length, length + added));
        }
        System.arraycopy(bytes, from, pending, length, added);
        length += added;
        int tail = Utf8.incompleteTail(pending, 0, length);
        String text = Utf8.text(pending, 0, length - tail);
        System.arraycopy(pending, length - tail, pending, 0, tail);
        length = tail;
        return text;
    }

    /// Ends the text: returns U+FFFD if a character is left incomplete, else the empty text, and starts afresh.
    public String finish() {
        String text = Utf8.text(pending, 0, length);
        length = 0;
        return text;
    }
}
