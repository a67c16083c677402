package inkling.tokenizer.split;

import inkling.tokenizer.unicode.CharClass;

/// The runs of characters that all split rules are made of. Every method returns the end of the run that
/// starts at `from`.
final class Runs {
    private Runs() {}

    /// Letters of any case.
    static int letters(byte[] text, int from, int to) {
        int at = from;
        while (true) {
            while (at < to && isAsciiLetter(text[at])) {
                at++;
            }
            if (at >= to || text[at] >= 0) {
                return at;
            }
            int packed = CharClass.at(text, at, to);
            if (!CharClass.isLetter(CharClass.classOf(packed))) {
                return at;
            }
            at += CharClass.lengthOf(packed);
        }
    }

    /// At most `limit` numbers.
    static int numbers(byte[] text, int from, int to, int limit) {
        int at = from;
        for (int i = 0; i < limit && at < to; i++) {
            int packed = CharClass.at(text, at, to);
            if (CharClass.classOf(packed) != CharClass.NUMBER) {
                break;
            }
            at += CharClass.lengthOf(packed);
        }
        return at;
    }

    /// Characters that are neither letters nor numbers nor white space: punctuation, symbols and marks.
    static int symbols(byte[] text, int from, int to) {
        int at = from;
        while (at < to) {
            int packed = CharClass.at(text, at, to);
            int charClass = CharClass.classOf(packed);
            if (charClass != CharClass.OTHER && charClass != CharClass.MARK) {
                break;
            }
            at += CharClass.lengthOf(packed);
        }
        return at;
    }

    /// White space, by the rule `\s+(?!\S)|\s+`: all of it at the end of the text, else all but its last
    /// character.
    static int space(byte[] text, int from, int to) {
        int at = from;
        int last = from;
        while (at < to) {
            int packed = CharClass.at(text, at, to);
            if (CharClass.classOf(packed) != CharClass.SPACE) {
                return last > from ? last : at;
            }
            last = at;
            at += CharClass.lengthOf(packed);
        }
        return to;
    }

    /// White space, by the rule `\s*[\r\n]+|\s+(?!\S)|\s+`: up to the last line end in it, else as [#space].
    static int spaceOrLines(byte[] text, int from, int to) {
        int at = from;
        int last = from;
        int afterLine = from;
        while (at < to) {
            int packed = CharClass.at(text, at, to);
            if (CharClass.classOf(packed) != CharClass.SPACE) {
                break;
            }
            last = at;
            at += CharClass.lengthOf(packed);
            if (isLineEnd(text[last])) {
                afterLine = at;
            }
        }
        if (afterLine > from) {
            return afterLine;
        }
        return at == to || last == from ? at : last;
    }

    /// Whether the run of white space that starts at `from` has a line end in it.
    static boolean spaceHasLineEnd(byte[] text, int from, int to) {
        int at = from;
        while (at < to && !isLineEnd(text[at])) {
            int packed = CharClass.at(text, at, to);
            if (CharClass.classOf(packed) != CharClass.SPACE) {
                return false;
            }
            at += CharClass.lengthOf(packed);
        }
        return at < to;
    }

    /// Line ends, and slashes too where `slashes` says so.
    static int lineEnds(byte[] text, int from, int to, boolean slashes) {
        int at = from;
        while (at < to && (isLineEnd(text[at]) || slashes && text[at] == '/')) {
            at++;
        }
        return at;
    }

    /// Whether the byte is a carriage return or a line feed.
    static boolean isLineEnd(byte b) {
        return b == '\n' || b == '\r';
    }

    /// The end of `(?i:'s|'t|'re|'ve|'m|'ll|'d)` at `from`, or `from` itself where it does not match.
    ///
    /// Case-insensitive matching in Unicode also takes U+017F, the long s, for an s.
    static int contraction(byte[] text, int from, int to) {
        if (from + 1 >= to || text[from] != '\'') {
            return from;
        }
        int first = text[from + 1] | 0x20;
        if (first == 's' || first == 't' || first == 'm' || first == 'd') {
            return isAsciiLetter(text[from + 1]) ? from + 2 : from;
        }
        if (from + 2 >= to) {
            return from;
        }
        int second = text[from + 2] | 0x20;
        boolean pair = (first == 'r' || first == 'v') && second == 'e' || first == 'l' && second == 'l';
        if (pair && isAsciiLetter(text[from + 1]) && isAsciiLetter(text[from + 2])) {
            return from + 3;
        }
        boolean longS = text[from + 1] == (byte) 0xC5 && text[from + 2] == (byte) 0xBF;
        return longS ? from + 3 : from;
    }

    private static boolean isAsciiLetter(byte b) {
        return ((b | 0x20) - 'a' & 0xFF) < 26;
    }
}
