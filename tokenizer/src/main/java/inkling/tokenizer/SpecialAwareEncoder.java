package inkling.tokenizer;

import inkling.tokenizer.bpe.BpeModel;
import inkling.tokenizer.bpe.TextEncoder;
import inkling.tokenizer.bpe.TokenBuffer;

/// Encodes text with special tokens in it. Has a cache and buffers, and belongs to one thread at a time.
final class SpecialAwareEncoder {
    private static final int COUNTING_STEP = 1 << 16;

    private final BpeModel model;
    private final AddedTokens added;
    private final TextEncoder encoder;
    private final TokenBuffer buffer = new TokenBuffer(1 << 10);
    private long count;

    SpecialAwareEncoder(BpeModel model, AddedTokens added) {
        this.model = model;
        this.added = added;
        this.encoder = new TextEncoder(model);
    }

    /// An empty buffer that belongs to this encoder.
    TokenBuffer emptyBuffer() {
        buffer.clear();
        return buffer;
    }

    /// Appends the ids of a text; stops once there are `limit` or more.
    void encode(byte[] text, int from, int to, SpecialPolicy policy, TokenBuffer out, int limit) {
        walk(text, from, to, policy, new TextWalk.Visitor() {
            @Override
            public boolean text(byte[] part, int first, int last) {
                encoder.encode(part, first, last, out, limit);
                return out.size() < limit;
            }

            @Override
            public boolean token(int id, byte[] part, int first, int last) {
                out.add(id);
                return out.size() < limit;
            }
        });
    }

    /// The number of ids of a text, without keeping them.
    long count(byte[] text, int from, int to, SpecialPolicy policy) {
        count = 0;
        walk(text, from, to, policy, new TextWalk.Visitor() {
            @Override
            public boolean text(byte[] part, int first, int last) {
                int at = first;
                while (at < last) {
                    buffer.clear();
                    at = encoder.encode(part, at, last, buffer, COUNTING_STEP);
                    count += buffer.size();
                }
                return true;
            }

            @Override
            public boolean token(int id, byte[] part, int first, int last) {
                count++;
                return true;
            }
        });
        return count;
    }

    /// The ids of a text with the bytes each stands for.
    TokenSpans spans(byte[] text, SpecialPolicy policy) {
        var recorder = new SpanRecorder(model, encoder, emptyBuffer());
        walk(text, 0, text.length, policy, recorder);
        return recorder.spans();
    }

    private void walk(byte[] text, int from, int to, SpecialPolicy policy, TextWalk.Visitor visitor) {
        new TextWalk(model, added.of(policy), visitor).walk(text, from, to);
    }
}
