package inkling.tokenizer;

import inkling.tokenizer.bpe.TokenBuffer;
import inkling.tokenizer.corpus.SafeCut;
import inkling.tokenizer.utf8.Utf8;
import java.util.Arrays;

/// Encodes a text that arrives in parts. However it is cut, the ids are those of the whole.
///
/// Holds back what later text could still change, usually the last word. Made by [Tokenizer#streamEncoder];
/// not for use by two threads at once. Parts are bytes, so a character may be cut in two.
public final class StreamEncoder {
    private final Tokenizer tokenizer;
    private final SpecialPolicy policy;
    private final SafeCut cuts;
    private byte[] held = new byte[1 << 10];
    private int length;

    StreamEncoder(Tokenizer tokenizer, SpecialPolicy policy) {
        this.tokenizer = tokenizer;
        this.policy = policy;
        this.cuts = tokenizer.added().cuts();
    }

    /// Adds a part of the text and gives the ids that are now certain to the sink.
    public void append(byte[] utf8, int from, int to, TokenSink sink) {
        int added = to - from;
        if (length + added > held.length) {
            held = Arrays.copyOf(held, Math.max(2 * held.length, Math.addExact(length, added)));
        }
        System.arraycopy(utf8, from, held, length, added);
        int searched = Math.max(0, length - 1);
        length += added;
        int cut = cuts.last(held, 0, searched, length);
        if (cut > 0) {
            emit(cut, sink);
            length -= cut;
            System.arraycopy(held, cut, held, 0, length);
        }
    }

    /// Adds a part of the text and gives the ids that are now certain to the sink. The part must not end
    /// inside a surrogate pair.
    public void append(String text, TokenSink sink) {
        byte[] utf8 = Utf8.bytes(text);
        append(utf8, 0, utf8.length, sink);
    }

    /// Ends the text: gives the remaining ids to the sink and starts afresh.
    public void finish(TokenSink sink) {
        emit(length, sink);
        length = 0;
    }

    private void emit(int end, TokenSink sink) {
        SpecialAwareEncoder encoder = tokenizer.pool().take();
        try {
            TokenBuffer buffer = encoder.emptyBuffer();
            encoder.encode(held, 0, end, policy, buffer, Integer.MAX_VALUE);
            sink.accept(buffer.ids(), 0, buffer.size());
        } finally {
            tokenizer.pool().giveBack(encoder);
        }
    }
}
