package inkling.core.data.story;

/// A compiled table: choosing one of its rows says what the slots of its columns mean in a story.
final class Table {
    private final int[] slots;
    private final Part[][] rows;

    Table(int[] slots, Part[][] rows) {
        this.slots = slots;
        this.rows = rows;
    }

    /// The number of rows.
    int size() {
        return rows.length;
    }

    /// Binds the columns' slots to the cells of a row.
    void define(int row, Telling out) {
        Part[] cells = rows[row];
        for (int i = 0; i < slots.length; i++) {
            out.define(slots[i], cells[i]);
        }
    }
}
