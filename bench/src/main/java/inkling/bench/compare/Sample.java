package inkling.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// What one process measured: a line of `samples.tsv`.
///
/// @param task name of the task
/// @param side name of the contender
/// @param losses of the checked steps
/// @param millis of the timed steps
/// @param cores that were busy, on average: a side that is tuned so that it runs on one of two is no peer
/// @param peakMebibytes resident memory at its highest
/// @param peakGflops the machine's FP32 peak, measured just before
record Sample(
        String task,
        String side,
        List<Double> losses,
        List<Double> millis,
        double cores,
        double peakMebibytes,
        double peakGflops) {

    /// Milliseconds of the step in the middle.
    double medianMillis() {
        return median(millis);
    }

    /// The number in the middle; of two, the higher.
    static double median(List<Double> numbers) {
        return numbers.stream().sorted().toList().get(numbers.size() / 2);
    }

    /// Adds this line to a file.
    void append(Path file) throws IOException {
        String line = String.join(
                "\t",
                task,
                side,
                text(losses),
                text(millis),
                text(List.of(cores)),
                text(List.of(peakMebibytes)),
                text(List.of(peakGflops)));
        Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /// All lines of a file.
    static List<Sample> readAll(Path file) throws IOException {
        return Files.readAllLines(file).stream().map(Sample::parse).toList();
    }

    private static Sample parse(String line) {
        String[] cells = line.split("\t");
        return new Sample(
                cells[0],
                cells[1],
                numbers(cells[2]),
                numbers(cells[3]),
                Double.parseDouble(cells[4]),
                Double.parseDouble(cells[5]),
                Double.parseDouble(cells[6]));
    }

    private static List<Double> numbers(String text) {
        return Arrays.stream(text.split(" ")).map(Double::valueOf).toList();
    }

    private static String text(List<Double> numbers) {
        return numbers.stream()
                .map(number -> String.format(Locale.ROOT, "%.6f", number))
                .collect(Collectors.joining(" "));
    }
}
