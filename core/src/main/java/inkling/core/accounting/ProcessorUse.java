package inkling.core.accounting;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.function.Supplier;

/// How much of all processors other programs have used since a moment: what is measured meanwhile comes out too low.
///
/// Read from Linux's `/proc/stat`, which counts the time of all processors in hundredths of a second. Elsewhere nothing
/// is known.
public final class ProcessorUse {
    private static final double TICKS_PER_SECOND = 100;
    /// Fields that are no work of anybody: idle, and idle while a disk is waited for.
    private static final int IDLE = 3;

    private static final int WAITING = 4;
    /// User, nice, system, idle, waiting, two kinds of interrupts, and what the host has given to other guests.
    private static final int FIELDS = 8;

    private final Path stat;
    private final Supplier<Duration> own;
    private final double[] before;

    /// From now on, of the machine this runs on.
    public ProcessorUse() {
        this(
                Path.of("/proc/stat"),
                () -> ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO));
    }

    /// From now on, by this file and by this process's own time, which are given so that a test can make its own.
    public ProcessorUse(Path stat, Supplier<Duration> own) {
        this.stat = stat;
        this.own = own;
        this.before = now();
    }

    /// The share of all processors' time that others have used, between 0 and 1; nothing where it is not known or no
    /// time has passed.
    public OptionalDouble byOthers() {
        double[] after = now();
        if (before.length == 0 || after.length == 0 || after[0] <= before[0]) {
            return OptionalDouble.empty();
        }
        double busy = after[1] - before[1] - (after[2] - before[2]);
        return OptionalDouble.of(Math.clamp(busy / (after[0] - before[0]), 0, 1));
    }

    /// All time, busy time and this process's time, in ticks; nothing where they are not known.
    private double[] now() {
        try {
            String[] fields = Files.readAllLines(stat, StandardCharsets.UTF_8)
                    .getFirst()
                    .replaceFirst("^cpu +", "")
                    .split(" +");
            double all = 0;
            double idle = 0;
            for (int i = 0; i < FIELDS; i++) {
                double ticks = Double.parseDouble(fields[i]);
                all += ticks;
                idle += i == IDLE || i == WAITING ? ticks : 0;
            }
            return new double[] {all, all - idle, TICKS_PER_SECOND * own.get().toNanos() * 1e-9};
        } catch (IOException | RuntimeException _) {
            return new double[0]; // not Linux, or a file that is not what it was: nothing is known
        }
    }
}
