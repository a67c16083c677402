package inkling.core.format;

import inkling.core.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// One array in NumPy's `.npy` format, mapped into memory.
public final class NpyFile {
    private static final ValueLayout.OfDouble F64 =
            ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final String source;
    private final NpyHeader header;
    private final MemorySegment elements;

    private NpyFile(String source, NpyHeader header, MemorySegment elements) {
        this.source = source;
        this.header = header;
        this.elements = elements;
    }

    /// Maps a file for as long as the arena lives; its header and its length are checked.
    public static NpyFile map(Path file, Arena arena) throws IOException {
        return of(file.toString(), MappedFile.map(file, arena));
    }

    /// An array in memory, for example an entry of an `.npz` archive; `source` names it in errors.
    public static NpyFile of(String source, MemorySegment bytes) throws IOException {
        NpyHeader header = NpyHeader.parse(source, bytes);
        return new NpyFile(source, header, bytes.asSlice(header.byteSize()));
    }

    /// Writes a tensor as float32, aside first and then moved into place.
    public static void write(Path file, Tensor tensor) throws IOException {
        NpyHeader header = NpyHeader.of(
                NpyType.FLOAT32, Arrays.stream(tensor.shape()).asLongStream().toArray());
        MappedFile.write(file, header.bytes(), List.of(tensor.segment()));
    }

    /// Type and shape.
    public NpyHeader header() {
        return header;
    }

    /// The bytes of the elements in C order.
    public MemorySegment elements() {
        return elements;
    }

    /// A copy of the elements as a tensor that lives as long as the arena; float64 is rounded.
    ///
    /// @throws IOException if the elements are not floats or the shape is beyond a tensor's
    public Tensor tensor(Arena arena) throws IOException {
        if (header.type() != NpyType.FLOAT32 && header.type() != NpyType.FLOAT64) {
            throw new IOException(source + ": expected elements of type <f4 or <f8, found "
                    + header.type().descriptor());
        }
        Tensor tensor = Tensor.allocate(arena, shape());
        if (header.type() == NpyType.FLOAT32) {
            tensor.segment().copyFrom(elements);
        } else {
            for (long i = 0; i < tensor.size(); i++) {
                tensor.set(i, (float) elements.getAtIndex(F64, i));
            }
        }
        return tensor;
    }

    private int[] shape() throws IOException {
        int[] shape = new int[header.shape().size()];
        for (int i = 0; i < shape.length; i++) {
            long dimension = header.shape().get(i);
            if (dimension > Integer.MAX_VALUE) {
                throw new IOException(source + ": dimension " + dimension + " is too large for a tensor");
            }
            shape[i] = (int) dimension;
        }
        return shape;
    }
}
