package inkling.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipFile;

/// The arrays of a NumPy `.npz` archive: the format of the reference inputs and answers.
///
/// ```
/// Npz fixture = Npz.read("fixtures/cs336/nn/linear.npz");
/// float[] x = fixture.floats("x");
/// ```
public final class Npz {
    private static final Pattern HEADER =
            Pattern.compile("\\{'descr': '([^']+)', 'fortran_order': False, 'shape': \\(([0-9, ]*)\\), *\\}\\s*");

    private final Path file;
    private final Map<String, Entry> entries;

    private record Entry(String type, List<Integer> shape, ByteBuffer data) {}

    private Npz(Path file, Map<String, Entry> entries) {
        this.file = file;
        this.entries = entries;
    }

    /// Reads an archive of the shared folder; aborts the calling test where it is absent.
    public static Npz read(String relative) {
        return read(SharedData.path(relative));
    }

    /// Reads any archive.
    public static Npz read(Path file) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        try (ZipFile zip = new ZipFile(file.toFile())) {
            for (var item : Collections.list(zip.entries())) {
                byte[] bytes = zip.getInputStream(item).readAllBytes();
                entries.put(item.getName().replaceFirst("\\.npy$", ""), entry(bytes));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Npz(file, entries);
    }

    private static Entry entry(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int start = 10 + Short.toUnsignedInt(buffer.getShort(8));
        String header = new String(bytes, 10, start - 10, StandardCharsets.US_ASCII);
        Matcher matcher = HEADER.matcher(header);
        if (bytes[6] != 1 || !matcher.matches()) {
            throw new IllegalArgumentException("not a .npy of version 1.0 in C order: " + header);
        }
        List<Integer> shape = Arrays.stream(matcher.group(2).split(","))
                .map(String::strip)
                .filter(size -> !size.isEmpty())
                .map(Integer::valueOf)
                .toList();
        return new Entry(
                matcher.group(1),
                shape,
                buffer.slice(start, bytes.length - start).order(ByteOrder.LITTLE_ENDIAN));
    }

    /// Names of all arrays, in the archive's order.
    public Set<String> names() {
        return Collections.unmodifiableSet(entries.keySet());
    }

    /// True where the archive has such an array.
    public boolean has(String name) {
        return entries.containsKey(name);
    }

    /// Sizes of one array; empty for a scalar.
    public int[] shape(String name) {
        return find(name).shape.stream().mapToInt(Integer::intValue).toArray();
    }

    /// The elements of one array in C order, as 64-bit floats.
    public double[] doubles(String name) {
        Entry entry = find(name);
        double[] values = new double[size(entry)];
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (entry.type) {
                case "<f4" -> entry.data.getFloat(4 * i);
                case "<f8" -> entry.data.getDouble(8 * i);
                default -> integer(entry, i);
            };
        }
        return values;
    }

    /// The elements of one array in C order, as 32-bit floats.
    public float[] floats(String name) {
        double[] doubles = doubles(name);
        float[] values = new float[doubles.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) doubles[i];
        }
        return values;
    }

    /// The elements of an array of integers or truth values in C order.
    public int[] integers(String name) {
        Entry entry = find(name);
        int[] values = new int[size(entry)];
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.toIntExact(integer(entry, i));
        }
        return values;
    }

    /// The first element of an array, for arguments stored as arrays of one number.
    public double number(String name) {
        return doubles(name)[0];
    }

    private static long integer(Entry entry, int index) {
        return switch (entry.type) {
            case "<i8" -> entry.data.getLong(8 * index);
            case "<i4" -> entry.data.getInt(4 * index);
            case "<u2" -> Short.toUnsignedInt(entry.data.getShort(2 * index));
            case "|b1" -> entry.data.get(index);
            default -> throw new IllegalArgumentException("array of type " + entry.type);
        };
    }

    private static int size(Entry entry) {
        return entry.shape.stream().reduce(1, Math::multiplyExact);
    }

    private Entry find(String name) {
        Entry entry = entries.get(name);
        if (entry == null) {
            throw new IllegalArgumentException(file + ": there is no array " + name + "; there are " + names());
        }
        return entry;
    }
}
