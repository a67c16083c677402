package inkling.tokenizer;

import inkling.tokenizer.bpe.BpeModel;
import inkling.tokenizer.bpe.SpecialFinder;
import inkling.tokenizer.bpe.TextEncoder;
import inkling.tokenizer.bpe.TokenBuffer;
import java.nio.charset.StandardCharsets;

/// Encodes text with special tokens in it. Has a cache and buffers, and belongs to one thread at a time.
final class SpecialAwareEncoder {
    private static final int COUNTING_STEP = 1 << 16;

    private final BpeModel model;
    private final SpecialFinder specials;
    private final TextEncoder encoder;
    private final TokenBuffer buffer = new TokenBuffer(1 << 10);

    SpecialAwareEncoder(BpeModel model, SpecialFinder specials) {
        this.model = model;
        this.specials = specials;
        this.encoder = new TextEncoder(model);
    }

    /// An empty buffer that belongs to this encoder.
    TokenBuffer emptyBuffer() {
        buffer.clear();
        return buffer;
    }

    /// Appends the ids of a text; stops once there are `limit` or more.
    void encode(byte[] text, int from, int to, SpecialPolicy policy, TokenBuffer out, int limit) {
        int at = from;
        while (at < to && out.size() < limit) {
            SpecialFinder.Match special = policy == SpecialPolicy.TEXT ? null : specials.find(text, at, to);
            if (special == null) {
                encoder.encode(text, at, to, out, limit);
                return;
            }
            if (policy == SpecialPolicy.REFUSE) {
                throw refusal(special, from);
            }
            encoder.encode(text, at, special.from(), out, limit);
            if (out.size() < limit) {
                out.add(special.id());
            }
            at = special.to();
        }
    }

    /// The number of ids of a text, without keeping them.
    long count(byte[] text, int from, int to, SpecialPolicy policy) {
        long count = 0;
        int at = from;
        while (at < to) {
            SpecialFinder.Match special = policy == SpecialPolicy.TEXT ? null : specials.find(text, at, to);
            if (special != null && policy == SpecialPolicy.REFUSE) {
                throw refusal(special, from);
            }
            int end = special == null ? to : special.from();
            while (at < end) {
                buffer.clear();
                at = encoder.encode(text, at, end, buffer, COUNTING_STEP);
                count += buffer.size();
            }
            if (special != null) {
                count++;
                at = special.to();
            }
        }
        return count;
    }

    private IllegalArgumentException refusal(SpecialFinder.Match special, int from) {
        String name = new String(model.vocabulary().bytes(special.id()), StandardCharsets.UTF_8);
        return new IllegalArgumentException("the text has the special token " + name + " at byte "
                + (special.from() - from) + "; allow special tokens or encode it as ordinary text");
    }
}
