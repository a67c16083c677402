package inkling.tokenizer.split;

import inkling.tokenizer.unicode.CharClass;

/// The rule of GPT-4o, which cuts words where capitals follow small letters and keeps contractions with their
/// word.
///
/// With `U` = capitals, `X` = letters without case and marks, `W` = small letters, the first two alternatives are
/// `P? (U|X)* (W|X)+ C?` and `P? (U|X)+ (W|X)* C?`, where `P` is any character but a line end, letter or number
/// and `C` a contraction. Backtracking through them comes down to the cases of [#wordEnd].
final class O200kScanner implements PieceScanner {
    private static final int DIGITS = 3;

    @Override
    public int next(byte[] text, int from, int to) {
        byte first = text[from];
        int packed = CharClass.at(text, from, to);
        int charClass = CharClass.classOf(packed);
        if (charClass == CharClass.NUMBER) {
            return Runs.numbers(text, from, to, DIGITS);
        }
        int second = from + CharClass.lengthOf(packed);
        if (!Runs.isLineEnd(first)) {
            int word = CharClass.isLetter(charClass) ? from : second;
            int end = wordEnd(text, word, to);
            if (charClass == CharClass.MARK && end <= word) {
                return Runs.contraction(text, second, to);
            }
            if (end != word) {
                return Runs.contraction(text, Math.abs(end), to);
            }
        }
        int symbols = first == ' ' ? second : from;
        int end = Runs.symbols(text, symbols, to);
        return end > symbols ? Runs.lineEnds(text, end, to, true) : Runs.spaceOrLines(text, from, to);
    }

    /// The end of the word that starts at `from`, without its contraction; `from` itself where there is none.
    ///
    /// The run of `U` and `X` goes as far as it can. If small letters follow, they and the `X` among them
    /// complete the first alternative. Otherwise the first alternative gives characters back until its second
    /// half starts with an `X`: it ends after the last `X`. Capitals alone match the second alternative only;
    /// that end is returned negated, because a mark before them would rather match the first alternative
    /// alone.
    private static int wordEnd(byte[] text, int from, int to) {
        int at = from;
        int afterCaseless = from;
        while (at < to) {
            int packed = CharClass.at(text, at, to);
            int charClass = CharClass.classOf(packed);
            if (charClass == CharClass.LOWER) {
                return lowerEnd(text, at, to);
            }
            if (charClass != CharClass.UPPER && !isCaseless(charClass)) {
                break;
            }
            at += CharClass.lengthOf(packed);
            if (isCaseless(charClass)) {
                afterCaseless = at;
            }
        }
        if (afterCaseless > from) {
            return afterCaseless;
        }
        return at > from ? -at : from;
    }

    private static int lowerEnd(byte[] text, int from, int to) {
        int at = from;
        while (at < to) {
            int packed = CharClass.at(text, at, to);
            int charClass = CharClass.classOf(packed);
            if (charClass != CharClass.LOWER && !isCaseless(charClass)) {
                break;
            }
            at += CharClass.lengthOf(packed);
        }
        return at;
    }

    private static boolean isCaseless(int charClass) {
        return charClass == CharClass.CASELESS || charClass == CharClass.MARK;
    }
}
