package inkling.core.accounting;

import inkling.core.device.Kernels;
import inkling.core.device.Product;
import inkling.core.device.Store;
import inkling.core.device.cpu.CpuKernels;
import inkling.core.device.cpu.PeakLoop;
import inkling.core.nn.ModelConfig;
import inkling.core.tensor.Tensor;
import inkling.tokenizer.json.JsonPlace;
import inkling.tokenizer.json.JsonReader;
import inkling.tokenizer.json.JsonValue;
import inkling.tokenizer.json.JsonValue.JsonArray;
import inkling.tokenizer.json.JsonValue.JsonObject;
import inkling.tokenizer.json.JsonWriter;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What this machine can do, measured: the yardstick for predicted times and for MFU.
///
/// @param key what the figures depend on: processor count, architecture, Java; another key means another measurement
/// @param cores processors used
/// @param vectorBits width of a SIMD register
/// @param peakPerCore FP32 FLOPs per second of one core
/// @param peakAll FP32 FLOPs per second of all cores together
/// @param copyBytesPerSecond bytes read and written per second by a copy beyond the caches, all cores
/// @param products rates of matrix products
public record Machine(
        String key,
        int cores,
        int vectorBits,
        double peakPerCore,
        double peakAll,
        double copyBytesPerSecond,
        List<ProductRate> products) {
    private static final int COPY_FLOATS = 32 << 20;
    private static final double ENOUGH_SECONDS = 0.3;

    /// The measured rate of one matrix product.
    ///
    /// @param name which product
    /// @param flopsPerSecond its rate on all cores
    public record ProductRate(String name, double flopsPerSecond) {}

    /// Measures this machine; takes a few seconds. The products have the model's shapes at `rows` tokens.
    public static Machine measure(ModelConfig config, int rows) throws InterruptedException {
        try (CpuKernels kernels = CpuKernels.onAllCores();
                Arena arena = Arena.ofShared()) {
            int width = config.dModel();
            int hidden = config.feedForward().width();
            List<ProductRate> products = new ArrayList<>();
            products.add(
                    rate(kernels, arena, "Q, K, V", rows, width, config.heads().fusedWidth()));
            products.add(rate(kernels, arena, "output projection", rows, width, width));
            products.add(rate(kernels, arena, "W1 and W3", rows, width, 2 * hidden));
            products.add(rate(kernels, arena, "W2", rows, hidden, width));
            products.add(rate(kernels, arena, "output head", rows, width, config.vocabularySize()));
            return new Machine(
                    currentKey(),
                    kernels.threads(),
                    CpuKernels.vectorBits(),
                    PeakLoop.flopsPerSecond(1),
                    PeakLoop.flopsPerSecond(kernels.threads()),
                    copy(kernels, arena),
                    List.copyOf(products));
        }
    }

    /// The key of the machine this program runs on.
    public static String currentKey() {
        return Runtime.getRuntime().availableProcessors() + " processors, " + System.getProperty("os.arch") + ", Java "
                + Runtime.version().feature();
    }

    private static ProductRate rate(Kernels kernels, Arena arena, String name, int m, int k, int n) {
        Tensor a = filled(arena, m, k);
        Tensor b = filled(arena, n, k);
        Tensor c = Tensor.allocate(arena, m, n);
        double seconds = best(() -> kernels.matmul(c, a, b, Product.NT, Store.OVERWRITE));
        String shapes = String.format(Locale.ROOT, "%s (%d × %d)·(%d × %d)", name, m, k, k, n);
        return new ProductRate(shapes, 2.0 * m * k * n / seconds);
    }

    private static double copy(Kernels kernels, Arena arena) {
        Tensor from = filled(arena, COPY_FLOATS / 1024, 1024);
        Tensor to = Tensor.allocate(arena, COPY_FLOATS / 1024, 1024);
        return 2.0 * from.byteSize() / best(() -> kernels.copy(to, from));
    }

    private static Tensor filled(Arena arena, int rows, int columns) {
        Tensor tensor = Tensor.allocate(arena, rows, columns);
        for (long i = 0; i < tensor.size(); i += 97) {
            tensor.set(i, 0.01f * (i % 13));
        }
        return tensor;
    }

    /// Seconds of the fastest run within a fraction of a second, at least three.
    private static double best(Runnable work) {
        double best = Double.POSITIVE_INFINITY;
        double spent = 0;
        for (int run = 0; run < 3 || spent < ENOUGH_SECONDS; run++) {
            long start = System.nanoTime();
            work.run();
            double seconds = (System.nanoTime() - start) * 1e-9;
            spent += seconds;
            best = Math.min(best, seconds);
        }
        return best;
    }

    /// The measurement in a file, if there is one and it is of this machine.
    public static Optional<Machine> read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        JsonPlace json = JsonReader.read(file);
        List<ProductRate> products = new ArrayList<>();
        for (JsonPlace product : json.member("products").items()) {
            products.add(new ProductRate(
                    product.member("name").text(),
                    product.member("flops_per_second").number()));
        }
        Machine machine = new Machine(
                json.member("key").text(),
                json.member("cores").integer(1, 1 << 20),
                json.member("vector_bits").integer(32, 1 << 20),
                json.member("peak_per_core").number(),
                json.member("peak_all").number(),
                json.member("copy_bytes_per_second").number(),
                List.copyOf(products));
        return machine.key.equals(currentKey()) ? Optional.of(machine) : Optional.empty();
    }

    /// Saves the measurement; folders are made as needed.
    public void write(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        JsonWriter.write(file, json());
    }

    /// The measurement as JSON.
    public JsonObject json() {
        List<JsonValue> rates = new ArrayList<>();
        for (ProductRate product : products) {
            rates.add(
                    JsonValue.object().with("name", product.name()).with("flops_per_second", product.flopsPerSecond()));
        }
        return JsonValue.object()
                .with("key", key)
                .with("cores", cores)
                .with("vector_bits", vectorBits)
                .with("peak_per_core", peakPerCore)
                .with("peak_all", peakAll)
                .with("copy_bytes_per_second", copyBytesPerSecond)
                .with("products", new JsonArray(rates));
    }
}
