package inkling.tokenizer.bpe;

import java.util.Arrays;

/// Tokens being collected by id, in any order and with gaps.
public final class TokenList {
    private static final byte[] GAP = {};

    private byte[][] tokens = new byte[1024][];
    private boolean[] special = new boolean[1024];
    private int size;

    /// An empty list.
    public TokenList() {
        Arrays.fill(tokens, GAP);
    }

    /// Puts a token at its id.
    ///
    /// @param isSpecial whether it is only found as a special token, not by its bytes
    /// @throws IllegalArgumentException if the id is taken or beyond what is supported
    public void put(int id, byte[] bytes, boolean isSpecial) {
        if (id < 0 || id >= Vocabulary.MAX_SIZE) {
            throw new IllegalArgumentException("expected ids from 0 to " + (Vocabulary.MAX_SIZE - 1) + ", found " + id);
        }
        if (id >= tokens.length) {
            int old = tokens.length;
            tokens = Arrays.copyOf(tokens, Math.min(Vocabulary.MAX_SIZE, Math.max(id + 1, 2 * old)));
            special = Arrays.copyOf(special, tokens.length);
            Arrays.fill(tokens, old, tokens.length, GAP);
        }
        if (contains(id)) {
            throw new IllegalArgumentException("two tokens have the id " + id);
        }
        tokens[id] = bytes;
        special[id] = isSpecial;
        size = Math.max(size, id + 1);
    }

    /// Takes a token out.
    public void remove(int id) {
        tokens[id] = GAP;
    }

    /// Whether there is a token of that id.
    public boolean contains(int id) {
        return id < size && tokens[id].length > 0;
    }

    /// The highest id plus one.
    public int size() {
        return size;
    }

    /// The bytes of a token; none for a gap.
    byte[] bytes(int id) {
        return tokens[id];
    }

    /// Whether the token of that id is special.
    boolean isSpecial(int id) {
        return special[id];
    }
}
