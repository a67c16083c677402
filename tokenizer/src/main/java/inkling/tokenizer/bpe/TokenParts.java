package inkling.tokenizer.bpe;

import java.util.Arrays;

/// Finds parts of a token that are tokens too, without reading each part again: the hash of a part is that of the
/// prefix that ends with it, less that of the prefix before it.
final class TokenParts {
    private final Vocabulary vocabulary;
    private byte[] token = {};
    private int length;
    private int[] prefixes = {0};
    private int[] powers = {1};

    /// A finder for a vocabulary.
    TokenParts(Vocabulary vocabulary) {
        this.vocabulary = vocabulary;
    }

    /// Takes a token and returns its length.
    int take(int id) {
        length = vocabulary.length(id);
        if (length + 8 >= prefixes.length) {
            token = Arrays.copyOf(token, 2 * length + 9);
            prefixes = Arrays.copyOf(prefixes, 2 * length + 9);
            powers = Arrays.copyOf(powers, 2 * length + 9);
            for (int n = 1; n < powers.length; n++) {
                powers[n] = powers[n - 1] * Vocabulary.HASH_FACTOR;
            }
        }
        vocabulary.copy(id, token, 0);
        for (int n = 0; n < length; n++) {
            prefixes[n + 1] = prefixes[n] * Vocabulary.HASH_FACTOR + token[n];
        }
        return length;
    }

    /// The id of the token's bytes from `from` to `to` as a token, or -1.
    int find(int from, int to) {
        return vocabulary.find(token, from, to, prefixes[to] - prefixes[from] * powers[to - from]);
    }
}
