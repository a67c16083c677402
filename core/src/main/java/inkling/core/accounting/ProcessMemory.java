package inkling.core.accounting;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/// What the system says about memory: how much is free for this process, and how much it holds.
///
/// Read from Linux's files, which are given so that a test can make its own. Elsewhere nothing is known.
public final class ProcessMemory {
    private final Path processes;
    private final Path groups;

    /// Of the machine this runs on.
    public ProcessMemory() {
        this(Path.of("/proc"), Path.of("/sys/fs/cgroup"));
    }

    /// Of a machine whose files lie in these folders.
    ///
    /// @param processes where `meminfo` and `self/status` are
    /// @param groups where the control groups with their limits are
    public ProcessMemory(Path processes, Path groups) {
        this.processes = processes;
        this.groups = groups;
    }

    /// Bytes that the process can still take: what the machine has available, and what its container allows.
    public OptionalLong free() {
        OptionalLong machine = field(processes.resolve("meminfo"), "MemAvailable:");
        OptionalLong container = container();
        if (machine.isEmpty() || container.isEmpty()) {
            return machine.isEmpty() ? container : machine;
        }
        return OptionalLong.of(Math.min(machine.getAsLong(), container.getAsLong()));
    }

    /// Bytes of memory that the process holds, without those that mirror files.
    public OptionalLong held() {
        return field(processes.resolve("self/status"), "RssAnon:");
    }

    /// The narrowest limit of the process's control group and those around it, less what is used of it.
    private OptionalLong container() {
        OptionalLong least = OptionalLong.empty();
        for (String line : lines(processes.resolve("self/cgroup"))) {
            String[] parts = line.split(":", 3);
            boolean second = line.startsWith("0::");
            if (parts.length < 3 || !second && !List.of(parts[1].split(",")).contains("memory")) {
                continue;
            }
            Path root = second ? groups : groups.resolve("memory");
            Path group = root.resolve(parts[2].substring(Math.min(1, parts[2].length())));
            for (Path at = group; at != null && at.startsWith(root); at = at.getParent()) {
                OptionalLong left = left(at, second);
                boolean narrower = left.isPresent() && (least.isEmpty() || left.getAsLong() < least.getAsLong());
                least = narrower ? left : least;
            }
        }
        return least;
    }

    /// What one group may still take; file pages that it can give back count as free.
    private OptionalLong left(Path group, boolean second) {
        OptionalLong limit = number(group.resolve(second ? "memory.max" : "memory.limit_in_bytes"));
        OptionalLong used = number(group.resolve(second ? "memory.current" : "memory.usage_in_bytes"));
        if (limit.isEmpty() || used.isEmpty()) {
            return OptionalLong.empty();
        }
        long back = 0;
        for (String line : lines(group.resolve("memory.stat"))) {
            if (line.startsWith(second ? "inactive_file " : "total_inactive_file ")) {
                back = digits(line).orElse(0);
            }
        }
        return OptionalLong.of(Math.max(0, limit.getAsLong() - used.getAsLong() + back));
    }

    /// A line such as `MemAvailable:  123 kB`.
    private OptionalLong field(Path file, String name) {
        for (String line : lines(file)) {
            if (line.startsWith(name)) {
                OptionalLong kibibytes = digits(line);
                return kibibytes.isPresent() ? OptionalLong.of(1024 * kibibytes.getAsLong()) : kibibytes;
            }
        }
        return OptionalLong.empty();
    }

    /// A file that holds a number; `max` and anything else is no limit.
    private static OptionalLong number(Path file) {
        List<String> lines = lines(file);
        return lines.size() == 1 ? digits(lines.getFirst()) : OptionalLong.empty();
    }

    private static OptionalLong digits(String text) {
        String digits = text.replaceAll("[^0-9]", "");
        return digits.isEmpty() || digits.length() > 18
                ? OptionalLong.empty()
                : OptionalLong.of(Long.parseLong(digits));
    }

    private static List<String> lines(Path file) {
        if (!Files.isReadable(file)) {
            return List.of();
        }
        try {
            return Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (IOException _) {
            return List.of(); // a file of the system that went away: as if it had never been there
        }
    }
}
