package inkling.tokenizer.split;

import inkling.tokenizer.utf8.Utf8;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// Splits by a regular expression of the JDK: the specification of the other scanners, and the way to run
/// unknown patterns.
///
/// The JDK's own Unicode tables decide here, so ids may change with the Java version.
final class RegexScanner implements PieceScanner {
    private static final int MAX_LENGTH = 1 << 12;

    private final Pattern pattern;

    RegexScanner(String regex) {
        this.pattern = compile(regex);
    }

    /// Compiles an expression with Unicode classes; `\s` is given the property `White_Space`.
    static Pattern compile(String regex) {
        if (regex.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("expected a split pattern of at most " + MAX_LENGTH
                    + " characters, found one of " + regex.length());
        }
        String unicode = regex.replace("[^\\s", "[^\\p{IsWhite_Space}")
                .replace("\\S", "\\P{IsWhite_Space}")
                .replace("\\s", "\\p{IsWhite_Space}");
        try {
            return Pattern.compile(unicode, Pattern.UNICODE_CASE);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("split pattern " + regex + ": " + e.getDescription(), e);
        }
    }

    @Override
    public int next(byte[] text, int from, int to) {
        int[] ends = new int[1];
        scan(text, from, to, ends);
        return ends[0];
    }

    @Override
    public int scan(byte[] text, int from, int to, int[] ends) {
        try {
            return match(text, from, to, ends);
        } catch (StackOverflowError e) { // the JDK's expressions recurse on some repetitions
            throw new IllegalArgumentException(
                    "the split pattern " + pattern + " needs too much stack for a text of " + (to - from) + " bytes",
                    e);
        }
    }

    private int match(byte[] text, int from, int to, int[] ends) {
        Matcher matcher = pattern.matcher(Utf8.text(text, from, to));
        int count = 0;
        int matched = 0;
        Position position = new Position(text, from, to);
        while (count < ends.length && matcher.find()) {
            if (matcher.start() > matched) {
                ends[count++] = position.advance(matcher.start() - matched);
            }
            if (count < ends.length && matcher.end() > matcher.start()) {
                ends[count++] = position.advance(matcher.end() - matcher.start());
            }
            matched = matcher.end();
        }
        if (count < ends.length && position.at < to) {
            ends[count++] = to;
        }
        return count;
    }

    /// Walks through bytes by numbers of UTF-16 units.
    private static final class Position {
        private final byte[] text;
        private final int to;
        private int at;

        Position(byte[] text, int from, int to) {
            this.text = text;
            this.at = from;
            this.to = to;
        }

        int advance(int units) {
            for (int left = units; left > 0; ) {
                int packed = Utf8.read(text, at, to);
                left -= Character.charCount(Utf8.codePoint(packed));
                at += Utf8.length(packed);
            }
            return at;
        }
    }
}
