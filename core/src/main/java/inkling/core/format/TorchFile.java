package inkling.core.format;

import inkling.core.format.PickleValue.Storage;
import inkling.core.format.PickleValue.TensorView;
import inkling.core.tensor.Tensor;
import inkling.tokenizer.json.OneLine;
import java.io.EOFException;
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
    private static final int MAX_PICKLE_BYTES = 4 << 20;
    private static final int MAX_VALUES = 1 << 20;
    private static final int MAX_RANK = 16;
    private static final int MOST_BYTES_PER_FILE_BYTE = 8; // half floats double; tied weights are views of one storage
    private static final String COMPILED_PREFIX = "_orig_mod.";

    /// Reads a checkpoint; the tensors live as long as the arena.
    public static TorchFile read(Path file, Arena arena) throws IOException {
        if (!Files.exists(file)) {
            throw new NoSuchFileException(file.toString());
        }
        if (!Files.isRegularFile(file)) {
            throw new IOException(file + ": expected a torch checkpoint (a zip archive), found no file");
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
        } catch (ZipException | EOFException e) {
            throw new IOException(
                    file + ": expected a torch checkpoint (a zip archive), found something else or a damaged one", e);
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
        private final long budgetBytes;
        private long tensorBytes;
        private int values;
        private String heldKey = "";
        private ByteBuffer held = ByteBuffer.allocate(0);

        Reader(Path file, ZipFile zip, String folder, Arena arena) throws IOException {
            this.file = file;
            this.zip = zip;
            this.folder = folder;
            this.arena = arena;
            this.budgetBytes = MOST_BYTES_PER_FILE_BYTE * Files.size(file);
        }

        void collect(String path, PickleValue value, int depth) throws IOException {
            if (depth > MAX_DEPTH) {
                throw error("nested deeper than " + MAX_DEPTH + " at " + path);
            }
            if (++values > MAX_VALUES) {
                throw error("more than " + MAX_VALUES + " values, which no checkpoint has");
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
                case TensorView view -> once(tensors.put(path, tensor(path, view)) == null, path);
                case PickleValue.Whole(long number) -> once(numbers.put(path, (double) number) == null, path);
                case PickleValue.Decimal(double number) -> once(numbers.put(path, number) == null, path);
                case PickleValue.Truth _, PickleValue.Nothing _, PickleValue.Text _ -> {}
                case PickleValue.Name _, Storage _, PickleValue.Mark _ ->
                    throw error(path + " is neither data nor a tensor");
            }
        }

        private void once(boolean isNew, String path) throws IOException {
            if (!isNew) {
                throw error("it has two values named " + path);
            }
        }

        /// Names in a message come from the file: they may not break its line.
        private IOException error(String message) {
            return new IOException(file + ": " + OneLine.of(message));
        }

        /// An entry, which must be stored as it is: torch compresses nothing, so a small file can never become a large
        /// one.
        byte[] bytes(String name, long limit) throws IOException {
            ZipEntry entry = zip.getEntry(name);
            if (entry == null) {
                throw error("the archive lacks " + name);
            }
            long size = entry.getSize();
            if (size < 0 || size > limit) {
                throw error(name + " has " + size + " bytes, expected at most " + limit);
            }
            if (entry.getMethod() != ZipEntry.STORED || entry.getCompressedSize() != size) {
                throw error(name + " is compressed, expected it stored as torch does");
            }
            if (size > Files.size(file)) {
                throw error(name + " claims " + size + " bytes, more than the file has");
            }
            try (var stream = zip.getInputStream(entry)) {
                byte[] bytes = stream.readNBytes((int) size);
                if (bytes.length < size) {
                    throw error(name + " has " + bytes.length + " of " + size + " bytes, the file is cut short");
                }
                return bytes;
            }
        }

        private ByteBuffer storage(String key) throws IOException {
            if (!key.equals(heldKey)) {
                held = ByteBuffer.wrap(bytes(folder + "data/" + key, Integer.MAX_VALUE - 8L));
                held.order(ByteOrder.LITTLE_ENDIAN);
                heldKey = key;
            }
            return held;
        }

        private Tensor tensor(String path, TensorView view) throws IOException {
            int width = switch (view.storage().type()) {
                case "FloatStorage" -> 4;
                case "DoubleStorage" -> 8;
                default -> 2;
            };
            ByteBuffer data = storage(view.storage().key());
            int[] shape = view.shape().stream().mapToInt(Integer::intValue).toArray();
            long elements = checked(path, view, shape, data.capacity() / width);
            tensorBytes += elements * Float.BYTES;
            if (tensorBytes > budgetBytes) {
                throw error("its tensors claim more than " + budgetBytes + " bytes, " + MOST_BYTES_PER_FILE_BYTE
                        + " times what the file has");
            }
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
            if (view.shape().contains(0)) {
                return 0;
            }
            boolean valid = view.offset() >= 0 && view.strides().size() == shape.length && shape.length <= MAX_RANK;
            for (int axis = 0; valid && axis < shape.length; axis++) {
                long stride = view.strides().get(axis);
                valid = stride >= 0 && stride <= Integer.MAX_VALUE;
                last += (shape[axis] - 1L) * stride;
                valid &= last < available;
                elements *= shape[axis];
                valid &= elements <= available;
            }
            if (!valid || last >= available) {
                throw error("tensor " + path + " of shape " + view.shape() + " does not lie inside its storage of "
                        + available + " elements");
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
