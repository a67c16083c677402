package inkling.tokenizer;

import inkling.tokenizer.bpe.BpeModel;
import inkling.tokenizer.bpe.TextEncoder;
import inkling.tokenizer.bpe.TokenBuffer;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/// Encodes a text and keeps where each token's bytes end, and what the text was after normalisation.
final class SpanRecorder implements TextWalk.Visitor {
    private final BpeModel model;
    private final TextEncoder encoder;
    private final TokenBuffer ids;
    private final ByteArrayOutputStream seen = new ByteArrayOutputStream();
    private int[] starts = new int[64];

    SpanRecorder(BpeModel model, TextEncoder encoder, TokenBuffer ids) {
        this.model = model;
        this.encoder = encoder;
        this.ids = ids;
    }

    @Override
    public boolean text(byte[] text, int from, int to) {
        seen.write(text, from, to - from);
        int first = ids.size();
        encoder.encode(text, from, to, ids, Integer.MAX_VALUE);
        for (int i = first; i < ids.size(); i++) {
            end(i, starts[i] + model.vocabulary().length(ids.ids()[i]));
        }
        return true;
    }

    @Override
    public boolean token(int id, byte[] text, int from, int to) {
        seen.write(text, from, to - from);
        ids.add(id);
        end(ids.size() - 1, seen.size());
        return true;
    }

    private void end(int token, int at) {
        if (token + 1 == starts.length) {
            starts = Arrays.copyOf(starts, 2 * starts.length);
        }
        starts[token + 1] = at;
    }

    /// What was recorded.
    TokenSpans spans() {
        return new TokenSpans(ids.toArray(), Arrays.copyOf(starts, ids.size() + 1), seen.toByteArray());
    }
}
