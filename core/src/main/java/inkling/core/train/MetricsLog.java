package inkling.core.train;

import inkling.tokenizer.file.ReplacedFile;
import inkling.tokenizer.json.JsonReader;
import inkling.tokenizer.json.JsonValue;
import inkling.tokenizer.json.JsonValue.JsonObject;
import inkling.tokenizer.json.JsonWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/// `metrics.jsonl`: one JSON object a line for every step, written through as soon as it is known.
///
/// Members: `step`, `tokens`, `wall_seconds`, `loss`, `lr`, `grad_norm`, `tokens_per_second`, and where they are known
/// `mfu`, `val_loss` and `val_bits_per_byte`.
final class MetricsLog implements AutoCloseable {
    private final FileChannel channel;

    private MetricsLog(FileChannel channel) {
        this.channel = channel;
    }

    /// Opens the file to go on after a step: lines beyond it, and one cut short by an interruption, are dropped.
    static MetricsLog open(Path file, long afterStep) throws IOException {
        if (Files.exists(file)) {
            List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
            try (ReplacedFile kept = ReplacedFile.create(file)) {
                for (int i = 0; i < lines.size(); i++) {
                    if (isUpTo(afterStep, file, i, lines)) {
                        kept.stream().write((lines.get(i) + "\n").getBytes(StandardCharsets.UTF_8));
                    }
                }
                kept.commit();
            }
        }
        return new MetricsLog(
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND));
    }

    private static boolean isUpTo(long step, Path file, int index, List<String> lines) throws IOException {
        String line = lines.get(index);
        if (index == lines.size() - 1 && !line.endsWith("}")) {
            return false; // the last line of an interrupted program
        }
        var place = JsonReader.read(file + ", line " + (index + 1), line);
        return place.member("step").integer(0, Long.MAX_VALUE) <= step;
    }

    void append(StepReport report, Optional<Evaluation> evaluation) throws IOException {
        JsonObject json = JsonValue.object()
                .with("step", report.step())
                .with("tokens", report.tokens())
                .with("wall_seconds", report.wallSeconds())
                .with("loss", report.loss())
                .with("lr", report.learningRate())
                .with("grad_norm", report.gradientNorm())
                .with("tokens_per_second", report.tokensPerSecond());
        if (report.mfu().isPresent()) {
            json = json.with("mfu", report.mfu().getAsDouble());
        }
        if (evaluation.isPresent()) {
            json = json.with("val_loss", evaluation.get().loss())
                    .with("val_bits_per_byte", evaluation.get().bitsPerByte());
        }
        ByteBuffer line = ByteBuffer.wrap((JsonWriter.compact(json) + "\n").getBytes(StandardCharsets.UTF_8));
        while (line.hasRemaining()) {
            int _ = channel.write(line);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
