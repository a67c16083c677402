package inkling.bench.compare;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/// What a side written in Java does in its process: it takes a few steps and compares their losses with those of
/// the task, goes on until half the time is over, then times single steps. It prints lines of a word and numbers:
///
/// ```
/// losses 9.22 9.21 9.20       of the checked steps
/// millis 655 657 651          of the timed steps
/// cores 1.97                  time of all processors over the time of the timed steps
/// peak 1024.5                 resident memory of the process at its highest, MiB
/// ```
///
/// Arguments: `TASK FOLDER SECONDS TOLERANCE`, then those of the side.
public final class TimedSteps {
    private static final int ARGUMENTS = 4;
    private static final int LEAST_TIMED_STEPS = 3;

    private final TrainingTask task;
    private final Path folder;
    private final double seconds;
    private final double tolerance;
    private final List<String> options;

    private TimedSteps(String[] arguments) {
        task = TrainingTask.parse(arguments[0]);
        folder = Path.of(arguments[1]);
        seconds = Double.parseDouble(arguments[2]);
        tolerance = Double.parseDouble(arguments[3]);
        options = List.of(arguments).subList(ARGUMENTS, arguments.length);
    }

    /// One side of the comparison.
    @FunctionalInterface
    public interface Side {
        /// Makes a step on batch number `batch`.
        ///
        /// @return the mean loss of its tokens before the update, in nats
        double step(int batch);
    }

    /// Reads the arguments of a side's process.
    public static TimedSteps of(String[] arguments) {
        return new TimedSteps(arguments);
    }

    /// What is to be trained.
    public TrainingTask task() {
        return task;
    }

    /// Where its files are.
    public Path folder() {
        return folder;
    }

    /// Arguments that only this side knows.
    public List<String> options() {
        return options;
    }

    /// Checks, warms up, times and prints.
    public void run(Side side) throws IOException {
        PrintStream out = System.out;
        double[] losses = new double[TrainingTask.CHECKED_STEPS];
        long begin = System.nanoTime();
        for (int i = 0; i < losses.length; i++) {
            losses[i] = side.step(i % TrainingTask.BATCHES);
        }
        print(out, "losses", losses, "%.6f");
        requireLosses(losses, TrainingTask.readLosses(folder));
        int steps = losses.length;
        while (System.nanoTime() - begin < seconds * 0.5e9) {
            side.step(steps++ % TrainingTask.BATCHES);
        }
        List<Double> millis = new ArrayList<>();
        double all = 0;
        double processorMillis = -processorMillis();
        while (seconds > 0 && (millis.size() < LEAST_TIMED_STEPS || all < seconds * 1e3)) {
            long start = System.nanoTime();
            side.step(steps++ % TrainingTask.BATCHES);
            millis.add((System.nanoTime() - start) / 1e6);
            all += millis.getLast();
        }
        processorMillis += processorMillis();
        print(out, "millis", millis.stream().mapToDouble(Double::doubleValue).toArray(), "%.3f");
        print(out, "cores", new double[] {all > 0 ? processorMillis / all : Double.NaN}, "%.2f");
        print(out, "peak", new double[] {peakMebibytes().orElse(Double.NaN)}, "%.1f");
    }

    private static double processorMillis() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? system.getProcessCpuTime() / 1e6
                : Double.NaN;
    }

    private void requireLosses(double[] found, double[] expected) {
        for (int i = 0; i < found.length; i++) {
            if (!(Math.abs(found[i] - expected[i]) <= tolerance * expected[i])) {
                throw new IllegalStateException("loss of step " + (i + 1) + " is " + found[i] + ", expected "
                        + expected[i] + " within " + tolerance + ": nothing is timed");
            }
        }
    }

    private static void print(PrintStream out, String word, double[] numbers, String format) {
        var line = new StringBuilder(word);
        Arrays.stream(numbers).forEach(number -> line.append(' ').append(String.format(Locale.ROOT, format, number)));
        out.println(line);
    }

    /// The highest resident memory that Linux has seen this process with.
    private static OptionalDouble peakMebibytes() throws IOException {
        Path status = Path.of("/proc/self/status");
        return !Files.exists(status)
                ? OptionalDouble.empty()
                : Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("VmHWM"))
                        .mapToDouble(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024.0)
                        .findFirst();
    }
}
