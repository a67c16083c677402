package inkling.tokenizer.split;

import inkling.tokenizer.unicode.CharClass;

/// Cuts runs of numbers, up to so many characters at a time, out of everything else.
final class NumberScanner implements PieceScanner {
    private final int most;

    NumberScanner(int most) {
        this.most = most;
    }

    @Override
    public int next(byte[] text, int from, int to) {
        int packed = CharClass.at(text, from, to);
        boolean numbers = CharClass.classOf(packed) == CharClass.NUMBER;
        int at = from + CharClass.lengthOf(packed);
        for (int count = 1; at < to && !(numbers && count == most); count++) {
            packed = CharClass.at(text, at, to);
            if (CharClass.classOf(packed) == CharClass.NUMBER != numbers) {
                return at;
            }
            at += CharClass.lengthOf(packed);
        }
        return at;
    }
}
