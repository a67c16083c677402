package inkling.core.format;

import inkling.core.format.SafetensorsHeader.Entry;
import inkling.core.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Named tensors in the safetensors format, mapped into memory.
///
/// ```
/// SafetensorsFile.write(file, parameters.stateDict(), Map.of("format", "pt"));
/// try (Arena arena = Arena.ofConfined()) {
///     SafetensorsFile.map(file, arena).load(parameters.stateDict());
/// }
/// ```
///
/// Written are 32-bit floats; F64, F16 and BF16 are converted when read.
public final class SafetensorsFile {
    private static final ValueLayout.OfLong I64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt I32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort I16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfDouble F64 =
            ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final String source;
    private final SafetensorsHeader header;
    private final MemorySegment file;

    private SafetensorsFile(String source, SafetensorsHeader header, MemorySegment file) {
        this.source = source;
        this.header = header;
        this.file = file;
    }

    /// Maps a file for as long as the arena lives; its table of contents is checked completely.
    public static SafetensorsFile map(Path file, Arena arena) throws IOException {
        MemorySegment bytes = MappedFile.map(file, arena);
        return new SafetensorsFile(file.toString(), SafetensorsHeader.parse(file.toString(), bytes), bytes);
    }

    /// Writes tensors in the map's order, aside first and then moved into place.
    public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata) throws IOException {
        Map<String, int[]> shapes = new LinkedHashMap<>();
        List<MemorySegment> segments = new ArrayList<>();
        for (Map.Entry<String, Tensor> named : tensors.entrySet()) {
            shapes.put(named.getKey(), named.getValue().shape());
            segments.add(named.getValue().segment());
        }
        MappedFile.write(file, SafetensorsHeader.bytes(shapes, metadata), segments);
    }

    /// Names of all tensors, in the header's order.
    public Set<String> names() {
        return Collections.unmodifiableSet(header.entries().keySet());
    }

    /// Free texts of whoever wrote the file.
    public Map<String, String> metadata() {
        return Collections.unmodifiableMap(header.metadata());
    }

    /// Element type of one tensor.
    public SafetensorsType type(String name) throws IOException {
        return entry(name).type();
    }

    /// Sizes of one tensor.
    public List<Integer> shape(String name) throws IOException {
        return entry(name).shape();
    }

    /// A copy of one float tensor that lives as long as the arena.
    public Tensor tensor(String name, Arena arena) throws IOException {
        int[] shape = entry(name).shape().stream().mapToInt(Integer::intValue).toArray();
        Tensor tensor = Tensor.allocate(arena, shape);
        read(name, tensor);
        return tensor;
    }

    /// Fills the targets, whose names and shapes must be exactly those of the file.
    public void load(Map<String, Tensor> targets) throws IOException {
        requireExactly(targets.keySet());
        for (Map.Entry<String, Tensor> target : targets.entrySet()) {
            read(target.getKey(), target.getValue());
        }
    }

    /// Complains where the file has other tensors than these.
    public void requireExactly(Set<String> names) throws IOException {
        Set<String> missing = new TreeSet<>(names);
        missing.removeAll(names());
        Set<String> unexpected = new TreeSet<>(names());
        unexpected.removeAll(names);
        if (!missing.isEmpty() || !unexpected.isEmpty()) {
            throw new IOException(source + ": the tensors are not those of this model; missing are " + missing
                    + ", not known are " + unexpected);
        }
    }

    /// Copies one float tensor into a target of the same shape.
    public void read(String name, Tensor target) throws IOException {
        Entry entry = entry(name);
        int[] shape = entry.shape().stream().mapToInt(Integer::intValue).toArray();
        if (!target.hasShape(shape)) {
            throw new IOException(
                    source + ": tensor " + name + " is " + entry.shape() + ", expected " + target.shapeText());
        }
        MemorySegment bytes = bytes(entry);
        switch (entry.type()) {
            case F32 -> target.segment().copyFrom(bytes);
            case F64 -> {
                for (long i = 0; i < target.size(); i++) {
                    target.set(i, (float) bytes.getAtIndex(F64, i));
                }
            }
            case F16 -> {
                for (long i = 0; i < target.size(); i++) {
                    target.set(i, Float.float16ToFloat(bytes.getAtIndex(I16, i)));
                }
            }
            case BF16 -> {
                for (long i = 0; i < target.size(); i++) {
                    target.set(i, Float.intBitsToFloat(bytes.getAtIndex(I16, i) << 16));
                }
            }
            case I64, I32, I16, I8, U64, U32, U16, U8, BOOL ->
                throw new IOException(source + ": tensor " + name + " holds " + entry.type() + ", expected floats");
        }
    }

    /// A copy of one integer tensor in row-major order.
    public long[] integers(String name) throws IOException {
        Entry entry = entry(name);
        MemorySegment bytes = bytes(entry);
        long[] values = new long[Math.toIntExact(entry.elements())];
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (entry.type()) {
                case I64, U64 -> bytes.getAtIndex(I64, i);
                case I32 -> bytes.getAtIndex(I32, i);
                case U32 -> Integer.toUnsignedLong(bytes.getAtIndex(I32, i));
                case I16 -> bytes.getAtIndex(I16, i);
                case U16 -> Short.toUnsignedLong(bytes.getAtIndex(I16, i));
                case I8 -> bytes.get(ValueLayout.JAVA_BYTE, i);
                case U8, BOOL -> Byte.toUnsignedLong(bytes.get(ValueLayout.JAVA_BYTE, i));
                case F64, F32, F16, BF16 ->
                    throw new IOException(
                            source + ": tensor " + name + " holds " + entry.type() + ", expected integers");
            };
        }
        return values;
    }

    private MemorySegment bytes(Entry entry) {
        return file.asSlice(header.dataStart() + entry.begin(), entry.end() - entry.begin());
    }

    private Entry entry(String name) throws IOException {
        Entry entry = header.entries().get(name);
        if (entry == null) {
            throw new IOException(source + ": there is no tensor " + name + "; there are " + names());
        }
        return entry;
    }
}
