package inkling.app;

import java.util.ArrayList;
import java.util.List;

/// Examples at the end of a help text. A line that is wider than the terminal is broken where a shell goes on reading,
/// so that it can still be typed as it stands; a comment moves to a line of its own above.
final class Examples {
    private static final String NEXT_LINE = "      ";
    private static final String GOES_ON = " \\";
    private static final String COMMENT = " # ";

    private final int columns;
    private final List<String> lines = new ArrayList<>();

    private Examples(int columns) {
        this.columns = columns;
    }

    /// The lines, each at most as wide as the terminal wherever it can be broken before an option.
    static String[] within(int columns, String... lines) {
        var examples = new Examples(columns);
        for (String line : lines) {
            examples.add(line);
        }
        return examples.lines.toArray(String[]::new);
    }

    private void add(String line) {
        int comment = line.indexOf(COMMENT);
        if (line.length() > columns && comment > 0) {
            lines.add("  " + line.substring(comment).strip());
            add(line.substring(0, comment).stripTrailing());
            return;
        }
        int option = line.lastIndexOf(" --", columns - GOES_ON.length());
        boolean breakable = option > NEXT_LINE.length() && line.startsWith("  ");
        if (line.length() <= columns || !breakable) {
            lines.add(line);
            return;
        }
        lines.add(line.substring(0, option) + GOES_ON);
        add(NEXT_LINE + line.substring(option + 1));
    }
}
