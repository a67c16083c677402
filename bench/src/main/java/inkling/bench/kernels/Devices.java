package inkling.bench.kernels;

import inkling.core.device.cpu.CpuKernels;
import inkling.core.device.onednn.OneDnnFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// The device that a word of the command line means.
public final class Devices {
    private Devices() {}

    /// A device of so many threads whose products are done by `java`, or by `onednn-bf16`.
    public static CpuKernels of(int threads, String matmul) throws IOException {
        return switch (matmul) {
            case "java" -> new CpuKernels(threads);
            case "onednn-bf16" -> new CpuKernels(threads, OneDnnFile.open(oneDnn(), cache(), threads));
            default -> throw new IllegalArgumentException(matmul + ", expected java or onednn-bf16");
        };
    }

    /// The library that `INKLING_ONEDNN` names.
    static Optional<Path> oneDnn() {
        return Optional.ofNullable(System.getenv("INKLING_ONEDNN")).map(Path::of);
    }

    /// Where a library from a jar is unpacked.
    static Path cache() {
        return Path.of(System.getProperty("java.io.tmpdir"), "inkling-bench");
    }
}
