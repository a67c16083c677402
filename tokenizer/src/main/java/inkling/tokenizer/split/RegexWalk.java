package inkling.tokenizer.split;

import inkling.tokenizer.utf8.Utf8;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// Splits by a regular expression of the JDK: the specification of the other scanners, and the way to run
/// unknown patterns.
///
/// The JDK's own Unicode tables decide here, so ids may change with the Java version.
final class RegexWalk implements PieceWalk {
    private static final int MAX_LENGTH = 1 << 12;

    private static final byte[] NO_TEXT = {};

    private final Matcher matcher;
    private Position position = new Position(NO_TEXT, 0, 0);

    /// Up to where pieces were found, and the match behind that if there is one, in UTF-16 units of the text.
    private int matched;

    private int matchStart;
    private int matchEnd;

    RegexWalk(String regex) {
        this.matcher = compile(regex).matcher("");
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
    public void begin(byte[] text, int from, int to) {
        matcher.reset(Utf8.text(text, from, to));
        position = new Position(text, from, to);
        matched = 0;
        matchEnd = 0;
    }

    @Override
    public int next(int[] ends) {
        Position now = position;
        int count = 0;
        while (count < ends.length && now.at < now.to) {
            if (matchEnd == matched && !find()) {
                ends[count++] = now.to;
                now.at = now.to;
            } else if (matchStart > matched) { // text between matches is a piece too
                ends[count++] = now.advance(matchStart - matched);
                matched = matchStart;
            } else if (matchEnd > matched) {
                ends[count++] = now.advance(matchEnd - matched);
                matched = matchEnd;
            }
        }
        if (count == 0) {
            begin(NO_TEXT, 0, 0);
        }
        return count;
    }

    /// Goes to the next match that is not empty.
    private boolean find() {
        try {
            while (matcher.find()) {
                matchStart = matcher.start();
                matchEnd = matcher.end();
                if (matchEnd > matchStart) {
                    return true;
                }
            }
            return false;
        } catch (StackOverflowError e) { // the JDK's expressions recurse on some repetitions
            throw new IllegalArgumentException(
                    "the split pattern " + matcher.pattern() + " needs too much stack for this text", e);
        }
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
