package inkling.bench.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Memory of this process that lies in RAM, as the Linux kernel counts it; 0 on other systems.
final class ResidentMemory {
    private static final Path STATUS = Path.of("/proc/self/status");

    private ResidentMemory() {}

    /// Now, in KiB.
    static long kib() throws IOException {
        return read("VmRSS:");
    }

    /// The most there ever was, in KiB.
    static long mostKib() throws IOException {
        return read("VmHWM:");
    }

    private static long read(String name) throws IOException {
        if (!Files.exists(STATUS)) {
            return 0;
        }
        for (String line : Files.readAllLines(STATUS)) {
            if (line.startsWith(name)) {
                return Long.parseLong(line.replaceAll("[^0-9]", ""));
            }
        }
        return 0;
    }
}
