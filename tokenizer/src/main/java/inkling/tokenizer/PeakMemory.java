package inkling.tokenizer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The most memory this process has used so far.
final class PeakMemory {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String PEAK = "VmHWM:";

    private PeakMemory() {}

    /// The peak of resident memory where the system tells it (Linux), else the size of the Java heap.
    static long bytes() {
        if (Files.isReadable(STATUS)) {
            try {
                for (String line : Files.readAllLines(STATUS)) {
                    if (line.startsWith(PEAK)) {
                        return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
                    }
                }
            } catch (IOException e) {
                return Runtime.getRuntime().totalMemory(); // the figure is informative only
            }
        }
        return Runtime.getRuntime().totalMemory();
    }
}
