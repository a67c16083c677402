package inkling.core.device.onednn;

import inkling.core.device.cpu.CpuKernels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/// Devices with products by oneDNN, where this machine has the library and the units.
public final class OneDnnForTests {
    private static final Path CACHE = Path.of("target", "onednn");

    private OneDnnForTests() {}

    /// A device with so many threads; skips the calling test where there can be none.
    public static CpuKernels kernels(int threads) {
        return new CpuKernels(threads, tiles(threads));
    }

    /// Tiles alone.
    static OneDnnTiles tiles(int threads) {
        try {
            Optional<Path> named =
                    Optional.ofNullable(System.getenv("INKLING_ONEDNN")).map(Path::of);
            return OneDnnFile.open(named, CACHE, threads);
        } catch (IOException e) {
            Assumptions.abort("skipped, as oneDNN cannot be used here: " + e.getMessage());
            throw new IllegalStateException(e);
        }
    }
}
