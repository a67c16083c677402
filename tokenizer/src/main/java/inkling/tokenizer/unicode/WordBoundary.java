package inkling.tokenizer.unicode;

import inkling.tokenizer.utf8.Utf8;

/// What stands next to a token that must be a word of its own, or that swallows the white space around it.
///
/// Word characters are those of `\w` in Unicode: letters, marks, decimal digits and number letters, connecting
/// punctuation, joiners, and the circled letters.
public final class WordBoundary {
    private static final int LONGEST_CHARACTER = 4;

    private WordBoundary() {}

    /// Whether neither the character before `from` nor the one at `to` is a word character.
    ///
    /// @param start where the text starts
    /// @param end where the text ends
    public static boolean surrounds(byte[] text, int start, int from, int to, int end) {
        boolean before = from > start && isWord(codePointBefore(text, start, from));
        boolean behind = to < end && isWord(Utf8.codePoint(Utf8.read(text, to, end)));
        return !before && !behind;
    }

    /// Where the white space that ends at `to` starts, at `from` at the earliest.
    public static int spaceBefore(byte[] text, int from, int to) {
        int at = to;
        while (at > from) {
            int length = lengthBefore(text, from, at);
            if (CharClass.classOf(CharClass.at(text, at - length, at)) != CharClass.SPACE) {
                break;
            }
            at -= length;
        }
        return at;
    }

    /// Where the white space that starts at `from` ends, at `to` at the latest.
    public static int spaceBehind(byte[] text, int from, int to) {
        int at = from;
        while (at < to) {
            int packed = CharClass.at(text, at, to);
            if (CharClass.classOf(packed) != CharClass.SPACE) {
                break;
            }
            at += CharClass.lengthOf(packed);
        }
        return at;
    }

    private static int codePointBefore(byte[] text, int from, int to) {
        return Utf8.codePoint(Utf8.read(text, to - lengthBefore(text, from, to), to));
    }

    /// The length of the character that ends at `to`; 1 for a damaged byte.
    private static int lengthBefore(byte[] text, int from, int to) {
        for (int length = 1; length <= LONGEST_CHARACTER && to - length >= from; length++) {
            if (Utf8.length(Utf8.read(text, to - length, to)) == length && (text[to - length] & 0xC0) != 0x80) {
                return length;
            }
        }
        return 1;
    }

    private static boolean isWord(int c) {
        return switch (CharClass.of(c)) {
            case CharClass.UPPER, CharClass.LOWER, CharClass.CASELESS, CharClass.MARK -> true;
            case CharClass.NUMBER -> Character.getType(c) != Character.OTHER_NUMBER; // frozen: numbers of Unicode 16
            case CharClass.SPACE -> false;
            default -> joins(c) || isCircledLetter(c);
        };
    }

    private static boolean joins(int c) {
        return c == '_'
                || c == 0x200C
                || c == 0x200D
                || c == 0x203F
                || c == 0x2040
                || c == 0x2054
                || c == 0xFE33
                || c == 0xFE34
                || c >= 0xFE4D && c <= 0xFE4F
                || c == 0xFF3F;
    }

    private static boolean isCircledLetter(int c) {
        return c >= 0x24B6 && c <= 0x24E9
                || c >= 0x1F130 && c <= 0x1F149
                || c >= 0x1F150 && c <= 0x1F169
                || c >= 0x1F170 && c <= 0x1F189;
    }
}
