package inkling.core.accounting;

import inkling.core.device.cpu.Processor;
import inkling.tokenizer.json.JsonPlace;
import inkling.tokenizer.json.JsonReader;
import inkling.tokenizer.json.JsonValue;
import inkling.tokenizer.json.JsonValue.JsonArray;
import inkling.tokenizer.json.JsonValue.JsonObject;
import inkling.tokenizer.json.JsonWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What this machine can do, measured by [MachineMeter]: the yardstick for predicted times and for MFU.
///
/// @param key what the figures depend on: processor, their number, Java; another key means another measurement
/// @param cores processors used
/// @param vectorBits width of a SIMD register
/// @param peakPerCore FP32 FLOPs per second of one core
/// @param peakAll FP32 FLOPs per second of all cores together
/// @param copyBytesPerSecond bytes read and written per second by a copy beyond the caches, all cores
/// @param rates rates of matrix products and attention, at the shapes measured so far
public record Machine(
        String key,
        int cores,
        int vectorBits,
        double peakPerCore,
        double peakAll,
        double copyBytesPerSecond,
        List<Rate> rates) {
    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

    /// The measured rate of one piece of [Work] on all cores.
    ///
    /// @param shape of which work
    /// @param forward FLOPs per second of the forward pass
    /// @param training FLOPs per second of forward and backward pass together
    public record Rate(String shape, double forward, double training) {}

    /// The key of the machine this program runs on.
    public static String currentKey() {
        return processor() + ", " + Runtime.getRuntime().availableProcessors() + " processors, "
                + System.getProperty("os.arch") + ", " + Processor.vectorBits() + "-bit vectors, Java "
                + Runtime.version();
    }

    /// The processor's name where the system tells it.
    private static String processor() {
        try (Stream<String> lines = Files.lines(PROCESSORS)) {
            return lines.filter(line -> line.startsWith("model name") || line.startsWith("CPU part"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("processor");
        } catch (IOException | java.io.UncheckedIOException _) {
            return "processor"; // not Linux: the rest of the key has to do
        }
    }

    /// FP32 FLOPs per second of so many threads at best.
    public double peak(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("machine: " + threads + " threads, expected at least 1");
        }
        return threads >= cores ? peakAll : Math.min(peakAll, threads * peakPerCore);
    }

    /// The same machine when only so many threads are used: rates in proportion to the peak.
    public Machine onThreads(int threads) {
        double share = peak(threads) / peakAll;
        List<Rate> slower = rates.stream()
                .map(rate -> new Rate(rate.shape(), share * rate.forward(), share * rate.training()))
                .toList();
        return new Machine(
                key, Math.min(cores, threads), vectorBits, peakPerCore, peak(threads), copyBytesPerSecond, slower);
    }

    /// The rate of a piece of work, if it was measured.
    public Optional<Rate> rate(Work work) {
        return rates.stream().filter(rate -> rate.shape().equals(work.shape())).findFirst();
    }

    /// The same machine with more measured rates.
    public Machine with(List<Rate> more) {
        List<Rate> all = new ArrayList<>(rates);
        all.addAll(more);
        return new Machine(key, cores, vectorBits, peakPerCore, peakAll, copyBytesPerSecond, List.copyOf(all));
    }

    /// The measurement in a file, if there is one and it is of this machine.
    ///
    /// @throws IOException if the file is broken
    public static Optional<Machine> read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        JsonPlace json = JsonReader.read(file);
        if (!json.member("key").text().equals(currentKey())) {
            return Optional.empty();
        }
        List<Rate> rates = new ArrayList<>();
        for (JsonPlace rate : json.member("rates").items()) {
            rates.add(new Rate(rate.member("shape").text(), positive(rate, "forward"), positive(rate, "training")));
        }
        return Optional.of(new Machine(
                json.member("key").text(),
                json.member("cores").integer(1, 1 << 20),
                json.member("vector_bits").integer(32, 1 << 20),
                positive(json, "peak_per_core"),
                positive(json, "peak_all"),
                positive(json, "copy_bytes_per_second"),
                List.copyOf(rates)));
    }

    private static double positive(JsonPlace place, String name) throws IOException {
        double value = place.member(name).number();
        if (!(value > 0)) {
            throw place.member(name).error("expected a number above 0, found " + value);
        }
        return value;
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
        List<JsonValue> list = new ArrayList<>();
        for (Rate rate : rates) {
            list.add(JsonValue.object()
                    .with("shape", rate.shape())
                    .with("forward", rate.forward())
                    .with("training", rate.training()));
        }
        return JsonValue.object()
                .with("key", key)
                .with("cores", cores)
                .with("vector_bits", vectorBits)
                .with("peak_per_core", peakPerCore)
                .with("peak_all", peakAll)
                .with("copy_bytes_per_second", copyBytesPerSecond)
                .with("rates", new JsonArray(list));
    }
}
