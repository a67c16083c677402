package inkling.tokenizer.split;

import inkling.tokenizer.unicode.CharClass;

/// The rule of GPT-4 and Llama 3, and with single digits that of Qwen 2.
///
/// `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|
/// ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`
final class Cl100kScanner implements PieceScanner {
    private final int maxDigits;

    Cl100kScanner(int maxDigits) {
        this.maxDigits = maxDigits;
    }

    @Override
    public int next(byte[] text, int from, int to) {
        byte first = text[from];
        if (first == '\'') {
            int end = Runs.contraction(text, from, to);
            if (end > from) {
                return end;
            }
        }
        int packed = CharClass.at(text, from, to);
        int charClass = CharClass.classOf(packed);
        if (CharClass.isLetter(charClass)) {
            return Runs.letters(text, from, to);
        }
        if (charClass == CharClass.NUMBER) {
            return Runs.numbers(text, from, to, maxDigits);
        }
        int second = from + CharClass.lengthOf(packed);
        if (!Runs.isLineEnd(first)) {
            int end = Runs.letters(text, second, to);
            if (end > second) {
                return end;
            }
        }
        int symbols = first == ' ' ? second : from;
        int end = Runs.symbols(text, symbols, to);
        return end > symbols ? Runs.lineEnds(text, end, to, false) : Runs.spaceOrLines(text, from, to);
    }
}
