package inkling.app.report;

import inkling.app.terminal.TextTable;
import inkling.core.train.RunFolder;
import inkling.tokenizer.json.JsonPlace;
import inkling.tokenizer.json.JsonReader;
import inkling.tokenizer.json.JsonValue;
import inkling.tokenizer.json.JsonValue.JsonArray;
import inkling.tokenizer.json.JsonWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;

/// What was predicted before a run beside what was measured in it; kept in the run folder.
///
/// @param rows one for each quantity
public record Comparison(List<Row> rows) {
    /// In place of a stated error where a run was over before its kernels were compiled.
    public static final int TOO_SHORT = -1;

    private static final String FILE = "prediction.json";

    /// One quantity.
    ///
    /// @param what its name
    /// @param predicted before the run
    /// @param measured in the run
    /// @param difference how much more was measured, in percent, and how much it may be
    public record Row(String what, String predicted, String measured, String difference) {
        /// A row of two numbers with their texts.
        ///
        /// @param stated the stated error in percent; 0 where it must be exact, or [Comparison#TOO_SHORT]
        public static Row of(String what, double predicted, double measured, int stated, DoubleFunction<String> text) {
            return of(what, predicted, measured, stated, "", text);
        }

        /// The same where something about the machine may explain an error that is larger than stated.
        ///
        /// @param excuse what it is; empty where there is nothing
        public static Row of(
                String what,
                double predicted,
                double measured,
                int stated,
                String excuse,
                DoubleFunction<String> text) {
            double percent = 100 * (measured / predicted - 1);
            String held = Math.abs(percent) <= stated
                    ? "stated ±" + stated + " %"
                    : "beyond ±" + stated + " %" + (excuse.isEmpty() ? "" : " " + excuse);
            String judged = stated == TOO_SHORT ? "too short to tell" : held;
            String difference =
                    measured == predicted ? "exact" : String.format(Locale.ROOT, "%+.1f %% (%s)", percent, judged);
            return new Row(what, text.apply(predicted), text.apply(measured), difference);
        }
    }

    /// The comparison that was saved with a run; empty where there is none.
    public static Comparison read(RunFolder folder) throws IOException {
        Path file = folder.path().resolve(FILE);
        List<Row> rows = new ArrayList<>();
        if (Files.exists(file)) {
            for (JsonPlace row : JsonReader.read(file).items()) {
                rows.add(new Row(
                        text(row, "what"), text(row, "predicted"), text(row, "measured"), text(row, "difference")));
            }
        }
        return new Comparison(List.copyOf(rows));
    }

    private static String text(JsonPlace row, String name) throws IOException {
        return row.member(name).text();
    }

    /// Saves it with the run.
    public void save(RunFolder folder) throws IOException {
        List<JsonValue> all = new ArrayList<>();
        for (Row row : rows) {
            all.add(JsonValue.object()
                    .with("what", row.what)
                    .with("predicted", row.predicted)
                    .with("measured", row.measured)
                    .with("difference", row.difference));
        }
        JsonWriter.write(folder.path().resolve(FILE), new JsonArray(all));
    }

    /// As a table for a terminal.
    public String table() {
        TextTable table = new TextTable("  ", 1).row("", "predicted", "measured", "difference");
        rows.forEach(row -> table.row(row.what, row.predicted, row.measured, row.difference));
        return table.text();
    }
}
