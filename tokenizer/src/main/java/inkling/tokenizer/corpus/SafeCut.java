package inkling.tokenizer.corpus;

import inkling.tokenizer.bpe.SpecialFinder;

/// Finds where a text may be cut so that its parts, encoded apart, give the ids of the whole.
///
/// That is certain before white space that follows a letter or digit, for every published split rule (proved
/// by brute force in the tests), unless a special token lies or may come to lie across the place. Other
/// places that look as good, such as after a line end, are not safe.
public final class SafeCut {
    private final SpecialFinder specials;
    private final boolean patternCutsSafely;

    /// A finder for a tokenizer with these special tokens; where the pattern gives no safe places it finds none.
    public SafeCut(SpecialFinder specials, boolean patternCutsSafely) {
        this.specials = specials;
        this.patternCutsSafely = patternCutsSafely;
    }

    /// The last safe cut strictly between `from` and `to`, or -1. The text may go on behind `to`.
    ///
    /// @param start where the text, or the part since an earlier cut, starts: special tokens are looked for
    ///     from there
    public int last(byte[] text, int start, int from, int to) {
        if (!patternCutsSafely) {
            return -1;
        }
        for (int cut = to - 1; cut > from; cut--) {
            if (isSpace(text[cut]) && isLetterOrDigit(text[cut - 1]) && !specials.mayCross(text, start, cut, to)) {
                return cut;
            }
        }
        return -1;
    }

    /// The first safe cut at `from` or later and before `to`, or -1; `from` must not be 0.
    public int first(byte[] text, int from, int to) {
        for (int cut = from; patternCutsSafely && cut < to; cut++) {
            if (isSpace(text[cut]) && isLetterOrDigit(text[cut - 1]) && !specials.mayCross(text, 0, cut, to)) {
                return cut;
            }
        }
        return -1;
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b >= '\t' && b <= '\r';
    }

    private static boolean isLetterOrDigit(byte b) {
        return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9';
    }
}
