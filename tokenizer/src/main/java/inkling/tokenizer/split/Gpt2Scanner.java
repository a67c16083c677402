package inkling.tokenizer.split;

import inkling.tokenizer.unicode.CharClass;

/// The rule of GPT-2: contractions, words, numbers and symbols with one space before them, and the rest of the
/// white space.
///
/// `'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
final class Gpt2Scanner implements PieceScanner {

    @Override
    public int next(byte[] text, int from, int to) {
        byte first = text[from];
        if (first == '\'') {
            int end = contraction(text, from, to);
            if (end > from) {
                return end;
            }
        }
        int at = first == ' ' && from + 1 < to ? from + 1 : from;
        int charClass = CharClass.classOf(CharClass.at(text, at, to));
        return switch (charClass) {
            case CharClass.SPACE -> Runs.space(text, from, to);
            case CharClass.NUMBER -> Runs.numbers(text, at, to, Integer.MAX_VALUE);
            case CharClass.OTHER, CharClass.MARK -> Runs.symbols(text, at, to);
            default -> Runs.letters(text, at, to);
        };
    }

    /// As [Runs#contraction], but in small letters only.
    static int contraction(byte[] text, int from, int to) {
        int end = Runs.contraction(text, from, to);
        for (int i = from + 1; i < end; i++) {
            if (text[i] < 'a') {
                return from;
            }
        }
        return end;
    }
}
