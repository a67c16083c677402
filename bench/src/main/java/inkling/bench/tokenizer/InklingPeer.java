package inkling.bench.tokenizer;

import inkling.tokenizer.SpecialPolicy;
import inkling.tokenizer.Tokenizer;
import java.util.List;

/// This project's tokenizer, into a caller's buffer.
final class InklingPeer implements Peer {
    private final Tokenizer tokenizer;
    private final int[] buffer = new int[1 << 20];

    InklingPeer(Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    @Override
    public String name() {
        return "inkling";
    }

    @Override
    public int[] ids(byte[] text) {
        return tokenizer.encode(text, SpecialPolicy.ALLOW);
    }

    @Override
    public void encode(byte[] text) {
        tokenizer.encodeInto(buffer, text, 0, text.length, SpecialPolicy.ALLOW);
    }

    @Override
    public Peer withEmptyCache() {
        return new InklingPeer(tokenizer.withSpecialTokens(List.of())); // a copy has caches of its own
    }
}
