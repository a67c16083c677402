package inkling.app.report;

import inkling.tokenizer.json.JsonPlace;
import inkling.tokenizer.json.JsonReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The lines of a run's `metrics.jsonl`.
///
/// @param rows one for each step, in order
record RunMetrics(List<Row> rows) {
    /// One step; what is not known is NaN.
    ///
    /// @param step steps made
    /// @param tokens tokens seen
    /// @param seconds time spent
    /// @param loss training loss
    /// @param learningRate the rate used
    /// @param gradientNorm norm of the gradient before clipping
    /// @param tokensPerSecond speed
    /// @param mfu share of the machine's peak
    /// @param validationLoss loss on the validation documents
    /// @param bitsPerByte bits per byte of them
    record Row(
            double step,
            double tokens,
            double seconds,
            double loss,
            double learningRate,
            double gradientNorm,
            double tokensPerSecond,
            double mfu,
            double validationLoss,
            double bitsPerByte) {}

    /// Reads the file; a last line cut short by an interruption is left out.
    static RunMetrics read(Path file) throws IOException {
        List<Row> rows = new ArrayList<>();
        List<String> lines = Files.exists(file) ? Files.readAllLines(file, StandardCharsets.UTF_8) : List.of();
        for (int i = 0; i < lines.size(); i++) {
            if (i == lines.size() - 1 && !lines.get(i).endsWith("}")) {
                break;
            }
            rows.add(row(JsonReader.read(file + ", line " + (i + 1), lines.get(i))));
        }
        return new RunMetrics(rows);
    }

    private static Row row(JsonPlace line) throws IOException {
        return new Row(
                number(line, "step"),
                number(line, "tokens"),
                number(line, "wall_seconds"),
                number(line, "loss"),
                number(line, "lr"),
                number(line, "grad_norm"),
                number(line, "tokens_per_second"),
                number(line, "mfu"),
                number(line, "val_loss"),
                number(line, "val_bits_per_byte"));
    }

    private static double number(JsonPlace line, String name) throws IOException {
        Optional<JsonPlace> member = line.optional(name);
        return member.isPresent() ? member.get().number() : Double.NaN;
    }
}
