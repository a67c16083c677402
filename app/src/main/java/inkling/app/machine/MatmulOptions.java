package inkling.app.machine;

import inkling.app.terminal.Terminal;
import inkling.core.device.Kernels;
import inkling.core.device.cpu.Processor;
import inkling.core.device.onednn.OneDnnFile;
import inkling.core.tensor.WeightFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How matrices are multiplied: by inkling itself in FP32, or in bf16 by oneDNN, where it is on the machine.
public final class MatmulOptions {
    private static final String JAVA = "java";
    private static final String ONEDNN_BF16 = "onednn-bf16";

    @Option(
            names = "--matmul",
            paramLabel = "WHICH",
            defaultValue = JAVA,
            description = "java: FP32, nothing else needed (default). onednn-bf16: factors of matrix products are"
                    + " rounded to bf16, sums and weights stay FP32; for processors with AVX512_BF16 or AMX, by the"
                    + " native library oneDNN, which this command fetches once: " + OneDnnFile.HOW_TO_GET)
    private String which = JAVA;

    @Option(
            names = "--onednn",
            paramLabel = "PATH",
            description =
                    "oneDNN's libdnnl.so.3, or the jar or folder with it (default: what INKLING_ONEDNN names, else"
                            + " the Maven repository, else the system).")
    private @Nullable Path onednn;

    /// True where inkling multiplies itself.
    boolean isJava() {
        if (!which.equals(JAVA) && !which.equals(ONEDNN_BF16)) {
            throw new IllegalArgumentException("--matmul is '" + which + "', expected " + JAVA + " or " + ONEDNN_BF16);
        }
        if (which.equals(JAVA) && onednn != null) {
            throw new IllegalArgumentException("--onednn names the library for --matmul " + ONEDNN_BF16);
        }
        return which.equals(JAVA);
    }

    /// Complains where weights in fewer bits are not multiplied by inkling itself.
    public void requireFor(WeightFormat weights) {
        if (weights != WeightFormat.FLOAT32 && !isJava()) {
            String found = weights.name().toLowerCase(Locale.ROOT);
            throw new IllegalArgumentException(
                    "--matmul " + which + " multiplies weights of 32 bits, not those of --weights " + found);
        }
    }

    /// The device, of so many threads.
    public Kernels kernels(int threads) throws IOException {
        if (isJava()) {
            return Processor.device(threads);
        }
        String variable = System.getenv("INKLING_ONEDNN");
        Optional<Path> named = onednn != null
                ? Optional.of(onednn)
                : Optional.ofNullable(variable).filter(path -> !path.isEmpty()).map(Path::of);
        return Processor.device(threads, OneDnnFile.open(named, MachineProfile.cacheFolder(), threads));
    }

    /// The device of all cores.
    Kernels onAllCores() {
        try {
            return kernels(Processor.cores());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Says in one line what is not computed in FP32.
    public void announce(Terminal terminal) {
        if (!isJava()) {
            terminal.note(
                    "matmul     factors of matrix products are rounded to bf16 (8 significant bits, off by 0.2 % at most),"
                            + " sums and weights stay FP32");
        }
    }

    /// The name of the file that remembers this machine's figures.
    String machineFile() {
        return isJava() ? "machine.json" : "machine-" + which + ".json";
    }
}
