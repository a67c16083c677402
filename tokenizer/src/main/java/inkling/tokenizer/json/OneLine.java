package inkling.tokenizer.json;

/// Error messages that quote what a file says: on one line, and not longer than people read.
public final class OneLine {
    private static final int MAX_LENGTH = 400;
    private static final int KEPT_START = 280;
    private static final int KEPT_END = 100;

    private OneLine() {}

    /// The message with `?` for control characters, and its middle left out where it is long.
    public static String of(String message) {
        String shown = message.length() <= MAX_LENGTH
                ? message
                : message.substring(0, KEPT_START) + " … " + message.substring(message.length() - KEPT_END);
        StringBuilder line = new StringBuilder(shown);
        for (int i = 0; i < line.length(); i++) {
            if (Character.isISOControl(line.charAt(i)) || line.charAt(i) == '\u2028' || line.charAt(i) == '\u2029') {
                line.setCharAt(i, '?');
            }
        }
        return line.toString();
    }
}
