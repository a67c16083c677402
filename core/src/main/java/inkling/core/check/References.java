package inkling.core.check;

import inkling.core.check.ReferenceCheck.Line;
import inkling.core.device.Kernels;
import inkling.core.tensor.Tensor;
import inkling.core.tensor.Workspace;
import inkling.tokenizer.json.JsonPlace;
import inkling.tokenizer.json.JsonReader;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/// The folder of references, the device under test, and what has been compared so far.
final class References {
    private static final String DEVIATION = "torch_fp32_deviation.json";
    private static final double FLOOR = 0x1p-22;

    private final Path folder;
    private final Kernels kernels;
    private final List<Line> lines = new ArrayList<>();
    private Optional<JsonPlace> deviations = Optional.empty();

    References(Path folder, Kernels kernels) {
        this.folder = folder;
        this.kernels = kernels;
    }

    Kernels kernels() {
        return kernels;
    }

    List<Line> lines() {
        return Collections.unmodifiableList(lines);
    }

    Path folder() {
        return folder;
    }

    Path path(String name) {
        return folder.resolve(name);
    }

    NpzArrays arrays(String name) throws IOException {
        return NpzArrays.read(path(name + ".npz"));
    }

    JsonPlace json(String name) throws IOException {
        return JsonReader.read(path(name));
    }

    /// Notes a comparison as skipped where its file is absent.
    boolean lacks(String family, String what, String name) {
        if (Files.exists(path(name))) {
            return false;
        }
        skip(family, what, "no " + name);
        return true;
    }

    void skip(String family, String what, String reason) {
        lines.add(new Line(family, what, 0, 0, reason));
    }

    void add(String family, String what, double error, double tolerance) {
        lines.add(new Line(family, what, error, tolerance, ""));
    }

    void add(String family, String what, Worst worst) {
        add(family, what, worst.error, worst.tolerance);
    }

    /// What must be equal: the error is the number of differences.
    void exact(String family, String what, double differences) {
        add(family, what, differences, 0);
    }

    /// Allowed relative error of one array: ten times what PyTorch's own 32-bit answer differs by, and never less than
    /// two units in the last place of the largest value.
    double tolerance(String fixture, String array) throws IOException {
        if (deviations.isEmpty()) {
            deviations = Optional.of(json(DEVIATION));
        }
        return Math.max(10 * deviations.get().member(fixture).member(array).number(), FLOOR);
    }

    /// A step arena full of NaN, so that reading anything before it is written cannot go unnoticed.
    static Workspace workspace(Arena arena, long bytes) {
        long whole = bytes / Tensor.ALIGNMENT_BYTES * Tensor.ALIGNMENT_BYTES;
        Workspace workspace = Workspace.allocate(arena, bytes);
        Tensor all = workspace.take(Math.toIntExact(whole / Float.BYTES));
        for (long i = 0; i < all.size(); i++) {
            all.set(i, Float.NaN);
        }
        workspace.reset();
        return workspace;
    }

    /// Largest difference, relative to the largest expected value; infinite for NaN and for another size.
    static double relativeError(Tensor actual, double... expected) {
        double largest = Double.MIN_NORMAL;
        double difference = actual.size() == expected.length ? 0 : Double.POSITIVE_INFINITY;
        for (int i = 0; i < expected.length && i < actual.size(); i++) {
            largest = Math.max(largest, Math.abs(expected[i]));
            double error = Math.abs(actual.get(i) - expected[i]);
            difference = Double.isNaN(error) ? Double.POSITIVE_INFINITY : Math.max(difference, error);
        }
        return difference / largest;
    }

    /// Of several comparisons the one that comes closest to its tolerance, or is furthest beyond it.
    static final class Worst {
        private double error;
        private double tolerance;

        void add(double anError, double itsTolerance) {
            if (tolerance == 0 || !(anError / itsTolerance <= error / tolerance)) {
                error = anError;
                tolerance = itsTolerance;
            }
        }
    }
}
