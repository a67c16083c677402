package inkling.bench.compare;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What an expert sets around a process of PyTorch: jemalloc with huge pages that keeps freed memory, and MKL told that
/// the processor is Intel's, without which it leaves AVX-512 unused on others.
///
/// Threads are not bound to cores. With `OMP_PROC_BIND` a second OpenMP in the process (bytedeco's) sees the one core
/// to which the first has bound the main thread, and puts all threads there; MKL and libtorch conclude that there is
/// one core. Bound rightly, by hand, S8 was as fast as unbound.
final class TunedEnvironment {
    private static final Path JEMALLOC = Path.of("/usr/lib/x86_64-linux-gnu/libjemalloc.so.2");
    private static final String INTEL = "int mkl_serv_intel_cpu_true(void) { return 1; }\n";

    private final Optional<Path> intel;

    /// Looks for what is there; with a C compiler, builds the library that MKL asks for the processor's maker.
    ///
    /// @param work a folder for it
    TunedEnvironment(Path work) throws IOException {
        Path source = Files.writeString(work.resolve("mkl-intel.c"), INTEL);
        Path library = work.resolve("mkl-intel.so");
        boolean built = Contenders.output(
                        List.of("cc", "-shared", "-fPIC", "-o", library.toString(), source.toString()))
                .isPresent();
        intel = built ? Optional.of(library.toAbsolutePath()) : Optional.empty();
    }

    /// What is missing without which no side is tuned.
    Optional<String> lacks() {
        return Files.exists(JEMALLOC)
                ? Optional.empty()
                : Optional.of("tuning needs jemalloc; apt-get install libjemalloc2");
    }

    /// In words, for the table.
    String label() {
        return intel.isPresent() ? ", tuned" : ", tuned (no C compiler, so MKL's choice of instructions is its own)";
    }

    /// The variables of such a process.
    Map<String, String> variables() {
        List<String> preloaded = new ArrayList<>(List.of(JEMALLOC.toString()));
        intel.ifPresent(library -> preloaded.add(library.toString()));
        return Map.of(
                "LD_PRELOAD",
                String.join(File.pathSeparator, preloaded),
                "MALLOC_CONF",
                "thp:always,metadata_thp:auto,dirty_decay_ms:-1,muzzy_decay_ms:-1");
    }
}
