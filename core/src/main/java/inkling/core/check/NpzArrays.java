package inkling.core.check;

import inkling.core.format.NpyFile;
import inkling.core.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/// The arrays of an `.npz` archive, all in memory.
final class NpzArrays {
    private static final int MAX_ENTRY_BYTES = 1 << 28;

    private final Path file;
    private final Map<String, NpyFile> arrays = new LinkedHashMap<>();

    private NpzArrays(Path file) {
        this.file = file;
    }

    static NpzArrays read(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new NoSuchFileException(file.toString());
        }
        NpzArrays npz = new NpzArrays(file);
        try (ZipFile zip = new ZipFile(file.toFile())) {
            for (var entry : Collections.list(zip.entries())) {
                try (var stream = zip.getInputStream(entry)) {
                    String name = entry.getName().replaceFirst("\\.npy$", "");
                    byte[] bytes = stream.readNBytes(MAX_ENTRY_BYTES + 1);
                    if (bytes.length > MAX_ENTRY_BYTES) {
                        throw new IOException(file + ": " + entry.getName() + " has more than " + MAX_ENTRY_BYTES
                                + " bytes, more than any reference");
                    }
                    npz.arrays.put(name, NpyFile.of(file + "!" + name, MemorySegment.ofArray(bytes)));
                }
            }
        } catch (ZipException e) {
            throw new IOException(file + ": expected an archive of arrays (.npz), found " + e.getMessage(), e);
        }
        return npz;
    }

    boolean has(String name) {
        return arrays.containsKey(name);
    }

    Set<String> names() {
        return arrays.keySet();
    }

    /// The first element: fixtures hold their arguments as arrays of one number.
    double number(String name) throws IOException {
        double[] values = doubles(name);
        if (values.length == 0) {
            throw new IOException(file + ": expected a number in " + name + ", found no elements");
        }
        return values[0];
    }

    /// A floating-point array as a tensor.
    Tensor tensor(String name) throws IOException {
        return Tensor.of(floats(name), shape(name));
    }

    int[] shape(String name) throws IOException {
        return find(name).header().shape().stream().mapToInt(Long::intValue).toArray();
    }

    double[] doubles(String name) throws IOException {
        NpyFile array = find(name);
        MemorySegment bytes = array.elements();
        int width = array.header().type().bytes();
        double[] values = new double[(int) (bytes.byteSize() / width)];
        for (int i = 0; i < values.length; i++) {
            long at = (long) i * width;
            values[i] = switch (array.header().type()) {
                case FLOAT32 -> bytes.get(little(ValueLayout.JAVA_FLOAT_UNALIGNED), at);
                case FLOAT64 -> bytes.get(little(ValueLayout.JAVA_DOUBLE_UNALIGNED), at);
                case INT64 -> bytes.get(little(ValueLayout.JAVA_LONG_UNALIGNED), at);
                case INT32 -> bytes.get(little(ValueLayout.JAVA_INT_UNALIGNED), at);
                case UINT32 -> Integer.toUnsignedLong(bytes.get(little(ValueLayout.JAVA_INT_UNALIGNED), at));
                case UINT16 -> Short.toUnsignedInt(bytes.get(little(ValueLayout.JAVA_SHORT_UNALIGNED), at));
                case UINT8, BOOL -> bytes.get(ValueLayout.JAVA_BYTE, at) & 0xFF;
            };
        }
        return values;
    }

    float[] floats(String name) throws IOException {
        double[] doubles = doubles(name);
        float[] floats = new float[doubles.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) doubles[i];
        }
        return floats;
    }

    int[] integers(String name) throws IOException {
        double[] doubles = doubles(name);
        int[] integers = new int[doubles.length];
        for (int i = 0; i < integers.length; i++) {
            integers[i] = (int) doubles[i];
        }
        return integers;
    }

    @SuppressWarnings("unchecked")
    private static <T extends ValueLayout> T little(T layout) {
        return (T) layout.withOrder(ByteOrder.LITTLE_ENDIAN);
    }

    private NpyFile find(String name) throws IOException {
        NpyFile array = arrays.get(name);
        if (array == null) {
            throw new IOException(file + ": expected an array " + name + ", found " + arrays.keySet());
        }
        return array;
    }
}
