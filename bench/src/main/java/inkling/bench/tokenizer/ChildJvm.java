package inkling.bench.tokenizer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Runs a main class of this class path in a Java machine of its own.
final class ChildJvm {
    private static final List<String> VECTORS = List.of("--add-modules", "jdk.incubator.vector");

    private ChildJvm() {}

    /// What a program printed.
    ///
    /// @param lines its lines, warnings of the Java machine left out
    /// @param millis from starting the process to its end
    record Output(List<String> lines, double millis) {
        /// The number on the last line.
        double number() {
            return Double.parseDouble(lines.getLast());
        }
    }

    /// Runs a program with or without the vector module and waits for its end.
    static Output run(boolean vectors, List<String> options, Class<?> main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(vectors ? VECTORS : List.of());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        long start = System.nanoTime();
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(main.getSimpleName() + " failed: " + text);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        double millis = (System.nanoTime() - start) / 1e6;
        return new Output(
                text.lines().filter(line -> !line.startsWith("WARNING")).toList(), millis);
    }
}
