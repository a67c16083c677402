package inkling.app.terminal;

import java.util.ArrayList;
import java.util.List;

/// Rows of text in aligned columns: the first to the left, the others to the right.
public final class TextTable {
    private final List<List<String>> rows = new ArrayList<>();
    private final String indent;
    private final int leftColumns;

    /// A table whose first `leftColumns` columns are aligned to the left.
    public TextTable(String indent, int leftColumns) {
        this.indent = indent;
        this.leftColumns = leftColumns;
    }

    /// Adds a row; rows may differ in length.
    public TextTable row(String... cells) {
        rows.add(List.of(cells));
        return this;
    }

    /// Adds a row.
    public TextTable row(List<String> cells) {
        rows.add(List.copyOf(cells));
        return this;
    }

    /// All rows, each with a line end.
    public String text() {
        List<Integer> widths = new ArrayList<>();
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                int width = row.get(i).codePointCount(0, row.get(i).length());
                if (i == widths.size()) {
                    widths.add(width);
                } else if (width > widths.get(i)) {
                    widths.set(i, width);
                }
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder(indent);
            for (int i = 0; i < row.size(); i++) {
                String cell = row.get(i);
                String gap = " ".repeat(widths.get(i) - cell.codePointCount(0, cell.length()));
                line.append(i == 0 ? "" : "  ").append(i < leftColumns ? cell + gap : gap + cell);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
