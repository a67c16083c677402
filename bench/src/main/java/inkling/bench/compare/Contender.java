package inkling.bench.compare;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// A side of the comparison and how its process is started.
///
/// @param name what the option `--sides` calls it
/// @param label what the table calls it
/// @param tolerance how far its losses may be from ours, relative
/// @param command the program; [TimedSteps] says which arguments it gets next
/// @param options arguments at the end
/// @param environment variables of its process
/// @param missing why it cannot run here
record Contender(
        String name,
        String label,
        double tolerance,
        List<String> command,
        List<String> options,
        Map<String, String> environment,
        Optional<String> missing) {

    /// Of FP32 against FP32: the sums are only added in another order.
    static final double FP32_TOLERANCE = 1e-4;

    /// Of bf16 products, whose factors have 8 bits. Their errors mostly cancel in the mean over all tokens (up to 9e-6
    /// was seen on S and M), while a step changes the loss by 3e-4 and more: what trains otherwise is noticed.
    static final double BF16_TOLERANCE = 2e-4;

    /// Starts a process and waits for its end.
    ///
    /// @throws IOException with the last lines it printed, if it failed
    Sample run(TrainingTask task, Path folder, double seconds, double peakFlops) throws IOException {
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of(task.name(), folder.toString()));
        all.addAll(List.of(String.format(Locale.ROOT, "%.2f", seconds), Double.toString(tolerance)));
        all.addAll(options);
        var builder = new ProcessBuilder(all).redirectErrorStream(true);
        builder.environment().keySet().removeIf(key -> key.startsWith("GLIBC_TUNABLES") || key.startsWith("OMP_"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(name + " on " + task.name() + " failed: " + lastLines(text));
            }
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        return new Sample(
                task.name(),
                name,
                numbers(text, "losses"),
                numbers(text, "millis"),
                numbers(text, "cores").getFirst(),
                numbers(text, "peak").getFirst(),
                peakFlops / 1e9);
    }

    private static List<Double> numbers(String text, String word) throws IOException {
        String line = text.lines()
                .filter(candidate -> candidate.startsWith(word + " "))
                .findFirst()
                .orElseThrow(() -> new IOException("no line \"" + word + " …\" among: " + lastLines(text)));
        return Arrays.stream(line.split(" ")).skip(1).map(Double::valueOf).toList();
    }

    private static String lastLines(String text) {
        List<String> lines = text.lines()
                .filter(line -> !line.isBlank() && !line.startsWith("\tat "))
                .toList();
        return String.join(" / ", lines.subList(Math.max(0, lines.size() - 3), lines.size()));
    }
}
