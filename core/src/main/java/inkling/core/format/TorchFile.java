package inkling.core.format;

import inkling.core.format.PickleValue.Storage;
import inkling.core.format.PickleValue.TensorView;
import inkling.core.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/// A checkpoint as torch's `save` writes it: a zip archive with one pickle and one file for each storage.
///
/// Nested dictionaries and lists become paths: `model.lm_head.weight`, `optimizer.state.0.exp_avg`. No code of the file
/// is ever run, see [PickleReader].
///
/// @param tensors all tensors as 32-bit floats, by path, in the order of the file
/// @param numbers all numbers, by path
public record TorchFile(Map<String, Tensor> tensors, Map<String, Double> numbers) {
    private static final int MAX_PICKLE_BYTES = 64 << 20;
    private static final String COMPILED_PREFIX = "_orig_mod.";

    /// Reads a checkpoint; the tensors live as long as the arena.
    public static TorchFile read(Path file, Arena arena) throws IOException {
        if (!Files.exists(file)) {
            throw new NoSuchFileException(file.toString());
        }
        try (ZipFile zip = new ZipFile(file.toFile())) {
            String pickle = null;
            for (var entries = zip.entries(); entries.hasMoreElements(); ) {
                String name = entries.nextElement().getName();
                if (name.endsWith("/data.pkl")) {
                    pickle = name;
                }
            }
            if (pickle == null) {
                throw new IOException(file + ": expected a torch checkpoint, found a zip archive without data.pkl");
            }
            Reader reader = new Reader(file, zip, pickle.substring(0, pickle.length() - "data.pkl".length()), arena);
            reader.collect("", PickleReader.read(file + "!" + pickle, reader.bytes(pickle, MAX_PICKLE_BYTES)), 0);
            return new TorchFile(
                    Collections.unmodifiableMap(reader.tensors), Collections.unmodifiableMap(reader.numbers));
        } catch (ZipException e) {
            throw new IOException(file + ": expected a torch checkpoint (a zip archive), found something else", e);
        }
    }

    /// The tensors below a path (`""` for all), without it and without the `_orig_mod.` of compiled modules.
    public Map<String, Tensor> stateDict(String path) {
        String prefix = path.isEmpty() ? "" : path + ".";
        Map<String, Tensor> state = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> {
            if (name.startsWith(prefix)) {
                String rest = name.substring(prefix.length());
                state.put(rest.startsWith(COMPILED_PREFIX) ? rest.substring(COMPILED_PREFIX.length()) : rest, tensor);
            }
        });
        return state;
    }

    /// Turns the pickle's value into named tensors and numbers.
    private static final class Reader {
        private static final int MAX_DEPTH = 32;

        private final Path file;
        private final ZipFile zip;
        private final String folder;
        private final Arena arena;
        private final Map<String, Tensor> tensors = new LinkedHashMap<>();
        private final Map<String, Double> numbers = new LinkedHashMap<>();

        Reader(Path file, ZipFile zip, String folder, Arena arena) {
            this.file = file;
            this.zip = zip;
            this.folder = folder;
            this.arena = arena;
        }

        void collect(String path, PickleValue value, int depth) throws IOException {
            if (depth > MAX_DEPTH) {
                throw new IOException(file + ": nested deeper than " + MAX_DEPTH + " at " + path);
            }
            switch (value) {
                case PickleValue.Entries(Map<PickleValue, PickleValue> entries) -> {
                    for (var entry : entries.entrySet()) {
                        collect(join(path, key(entry.getKey())), entry.getValue(), depth + 1);
                    }
                }
                case PickleValue.Items(List<PickleValue> items) -> {
                    for (int i = 0; i < items.size(); i++) {
                        collect(join(path, Integer.toString(i)), items.get(i), depth + 1);
                    }
                }
                case TensorView view -> tensors.put(path, tensor(path, view));
                case PickleValue.Whole(long number) -> numbers.put(path, (double) number);
                case PickleValue.Decimal(double number) -> numbers.put(path, number);
                case PickleValue.Truth _, PickleValue.Nothing _, PickleValue.Text _ -> {}
                case PickleValue.Name _, Storage _, PickleValue.Mark _ ->
                    throw new IOException(file + ": " + path + " is neither data nor a tensor");
            }
        }

        byte[] bytes(String name, long limit) throws IOException {
            ZipEntry entry = zip.getEntry(name);
            if (entry == null) {
                throw new IOException(file + ": the archive lacks " + name);
            }
            if (entry.getSize() < 0 || entry.getSize() > limit) {
                throw new IOException(
                        file + ": " + name + " has " + entry.getSize() + " bytes, expected at most " + limit);
            }
            try (var stream = zip.getInputStream(entry)) {
                return stream.readNBytes((int) entry.getSize());
            }
        }

        private Tensor tensor(String path, TensorView view) throws IOException {
            int width = switch (view.storage().type()) {
                case "FloatStorage" -> 4;
                case "DoubleStorage" -> 8;
                default -> 2;
            };
            ByteBuffer data = ByteBuffer.wrap(
                            bytes(folder + "data/" + view.storage().key(), Integer.MAX_VALUE - 8L))
                    .order(ByteOrder.LITTLE_ENDIAN);
            int[] shape = view.shape().stream().mapToInt(Integer::intValue).toArray();
            long elements = checked(path, view, shape, data.capacity() / width);
            Tensor tensor = Tensor.allocate(arena, shape);
            long[] index = new long[shape.length];
            for (long i = 0; i < elements; i++) {
                long at = view.offset();
                for (int axis = 0; axis < shape.length; axis++) {
                    at += index[axis] * view.strides().get(axis);
                }
                tensor.set(i, element(data, view.storage().type(), (int) at * width));
                for (int axis = shape.length - 1; axis >= 0 && ++index[axis] == shape[axis]; axis--) {
                    index[axis] = 0;
                }
            }
            return tensor;
        }

        /// The number of elements, after making sure that all of them lie inside the storage.
        private long checked(String path, TensorView view, int[] shape, long available) throws IOException {
            long last = view.offset();
            long elements = 1;
            boolean valid = view.offset() >= 0 && view.strides().size() == shape.length;
            for (int axis = 0; valid && axis < shape.length; axis++) {
                long stride = view.strides().get(axis);
                valid = stride >= 0 && stride <= Integer.MAX_VALUE;
                last += Math.max(0, shape[axis] - 1L) * stride;
                valid &= last < available || shape[axis] == 0;
                elements *= shape[axis];
                valid &= elements <= Integer.MAX_VALUE;
            }
            if (!valid || elements > 0 && last >= available) {
                throw new IOException(file + ": tensor " + path + " of shape " + view.shape()
                        + " does not lie inside its storage of " + available + " elements");
            }
            return elements;
        }

        private static float element(ByteBuffer data, String type, int at) {
            return switch (type) {
                case "FloatStorage" -> data.getFloat(at);
                case "DoubleStorage" -> (float) data.getDouble(at);
                case "HalfStorage" -> Float.float16ToFloat(data.getShort(at));
                default -> Float.intBitsToFloat(data.getShort(at) << 16);
            };
        }

        private static String key(PickleValue key) {
            return key instanceof PickleValue.Text(String text)
                    ? text
                    : key instanceof PickleValue.Whole(long number) ? Long.toString(number) : "?";
        }

        private static String join(String path, String name) {
            return path.isEmpty() ? name : path + "." + name;
        }
    }
}
