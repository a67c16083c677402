package inkling.app.look;

import inkling.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/// What a vocabulary consists of: how long its tokens are, and of which kinds.
///
/// @param lengths how many ordinary tokens there are of each length in bytes, the last entry for all longer ones
/// @param kinds how many ordinary tokens there are of each kind
/// @param longest the ids of the ordinary tokens, longest first
/// @param meanBytes the mean length of the ordinary tokens in bytes
/// @param gaps how many ids below the highest have no token
record VocabularyLook(
        List<Integer> lengths, Map<String, Integer> kinds, List<Integer> longest, double meanBytes, int gaps) {
    /// Lengths from here on share one entry.
    static final int LONG = 17;

    /// Looks at every token of a tokenizer.
    static VocabularyLook of(Tokenizer tokenizer) {
        int[] lengths = new int[LONG];
        Map<String, Integer> kinds = new LinkedHashMap<>();
        for (Kind kind : Kind.values()) {
            kinds.put(kind.words, 0);
        }
        Set<Integer> specials = new HashSet<>(tokenizer.specialTokens().values());
        List<Integer> ids = IntStream.range(0, tokenizer.vocabularySize())
                .filter(id -> tokenizer.hasToken(id) && !specials.contains(id))
                .boxed()
                .toList();
        int[] bytesOf = new int[tokenizer.vocabularySize()];
        long total = 0;
        var visible = new VisibleText();
        for (int id : ids) {
            byte[] bytes = tokenizer.tokenBytes(id);
            bytesOf[id] = bytes.length;
            total += bytes.length;
            lengths[Math.min(bytes.length, LONG) - 1]++;
            kinds.merge(Kind.of(bytes, visible).words, 1, Integer::sum);
        }
        List<Integer> longest = ids.stream()
                .sorted(Comparator.comparingInt((Integer id) -> -bytesOf[id]))
                .toList();
        return new VocabularyLook(
                IntStream.of(lengths).boxed().toList(),
                kinds,
                longest,
                ids.isEmpty() ? 0 : (double) total / ids.size(),
                tokenizer.vocabularySize() - ids.size() - specials.size());
    }

    /// What a token is made of; the first that fits.
    private enum Kind {
        FRAGMENT("parts of characters"),
        BLANK("white space"),
        SPACED_WORD("words after a space"),
        WORD("words and parts of words"),
        NUMBER("digits"),
        OTHER("punctuation, symbols and mixtures");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        static Kind of(byte[] bytes, VisibleText visible) {
            if (!visible.isText(bytes)) {
                return FRAGMENT;
            }
            String text = new String(bytes, StandardCharsets.UTF_8);
            if (text.isBlank()) {
                return BLANK;
            }
            boolean spaced = text.startsWith(" ");
            String rest = spaced ? text.substring(1) : text;
            if (rest.codePoints().allMatch(VocabularyLook::isLetter)) {
                return spaced ? SPACED_WORD : WORD;
            }
            return rest.codePoints().allMatch(Character::isDigit) ? NUMBER : OTHER;
        }
    }

    private static boolean isLetter(int c) {
        int type = Character.getType(c);
        return Character.isLetter(c)
                || type == Character.NON_SPACING_MARK
                || type == Character.COMBINING_SPACING_MARK
                || type == Character.ENCLOSING_MARK;
    }
}
