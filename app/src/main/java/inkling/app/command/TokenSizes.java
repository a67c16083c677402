package inkling.app.command;

import inkling.tokenizer.Tokenizer;

/// How many bytes of text each token stands for.
final class TokenSizes {
    private TokenSizes() {}

    /// For every id its number of bytes; 0 where a vocabulary has a gap.
    static int[] of(Tokenizer tokenizer) {
        int[] bytes = new int[tokenizer.vocabularySize()];
        for (int id = 0; id < bytes.length; id++) {
            bytes[id] = tokenizer.hasToken(id) ? tokenizer.tokenBytes(id).length : 0;
        }
        return bytes;
    }
}
