package inkling.app.command;

import inkling.app.terminal.Terminal;
import inkling.core.accounting.FitCheck;
import inkling.core.accounting.ProcessMemory;
import inkling.core.accounting.Quantities;
import inkling.core.train.RunFolder;
import inkling.core.train.TrainConfig;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Options about memory, and the check before a run that it has enough.
final class MemoryOptions {
    @Option(
            names = "--device-memory",
            paramLabel = "SIZE",
            description = "Memory the run may take, such as 8GB or 8GiB (default: what is free).")
    @Nullable
    String deviceMemory;

    @Option(names = "--force", description = "Train even where the run seems not to fit into memory.")
    boolean force;

    /// Says that a run fits, or refuses it with advice.
    ///
    /// @throws IllegalArgumentException if it does not fit and is not forced
    void require(Terminal terminal, TrainConfig config) {
        OptionalLong free = free();
        if (free.isEmpty()) {
            terminal.note("memory     nobody says how much is free here; --device-memory checks against a given size");
            return;
        }
        FitCheck check = FitCheck.of(config, free.getAsLong());
        if (!check.fits() && !force) {
            throw refusal(check);
        }
        terminal.note("memory     " + check.sentence());
    }

    /// The same without a word where it fits, for a first look before work that may be in vain.
    void refuse(TrainConfig config) {
        OptionalLong free = free();
        if (free.isPresent() && !force) {
            FitCheck check = FitCheck.of(config, free.getAsLong());
            if (!check.fits()) {
                throw refusal(check);
            }
        }
    }

    /// The check of a run that goes on as its configuration says.
    void requireResumed(Terminal terminal, RunFolder folder) {
        TrainConfig config = folder.config().training();
        if (free().isPresent() && !force) {
            FitCheck check = FitCheck.of(config, free().getAsLong());
            if (check.advice() instanceof FitCheck.Advice.MicroBatches) {
                throw new IllegalArgumentException(check.sentence() + " (for a run that goes on: \"micro_batches\" in "
                        + folder.path().resolve("config.json") + "; --force trains all the same)");
            }
        }
        require(terminal, config);
    }

    private static IllegalArgumentException refusal(FitCheck check) {
        return new IllegalArgumentException(check.sentence() + " (--force trains all the same)");
    }

    private OptionalLong free() {
        return deviceMemory == null ? new ProcessMemory().free() : OptionalLong.of(Quantities.bytes(deviceMemory));
    }
}
