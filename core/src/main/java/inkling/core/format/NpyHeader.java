package inkling.core.format;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// What stands before the elements of a `.npy` file: their type and shape.
///
/// ```
/// \x93NUMPY 1 0 length(u16) {'descr': '<u2', 'fortran_order': False, 'shape': (4000,), }   …padded to 64 bytes\n
/// ```
///
/// @param type element type
/// @param shape sizes of the dimensions, in C order; empty for a scalar
/// @param byteSize bytes before the first element
/// @see <a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">numpy.lib.format</a>
public record NpyHeader(NpyType type, List<Long> shape, int byteSize) {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int ALIGNMENT = 64;
    private static final int LONGEST = 1 << 16;
    private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /// Takes an unchangeable copy of the shape.
    public NpyHeader {
        shape = List.copyOf(shape);
    }

    /// The header of a file to be written.
    public static NpyHeader of(NpyType type, long... shape) {
        var draft = new NpyHeader(type, Arrays.stream(shape).boxed().toList(), 0);
        return new NpyHeader(type, draft.shape, draft.bytes().length);
    }

    /// Reads the header of a file and checks that exactly the elements it announces follow.
    ///
    /// @param source the file, as errors should name it
    /// @param file all bytes of the file
    public static NpyHeader parse(String source, MemorySegment file) throws IOException {
        if (file.byteSize() < 10 || !startsWithMagic(file)) {
            throw new IOException(source + " at byte 0: expected a .npy file, which starts with \\x93NUMPY");
        }
        int version = file.get(ValueLayout.JAVA_BYTE, 6);
        if (version < 1 || version > 3) {
            throw new IOException(source + " at byte 6: expected .npy version 1, 2 or 3, found " + version);
        }
        int start = version == 1 ? 10 : 12;
        if (file.byteSize() < start) {
            throw new IOException(source + " at byte 8: the file ends inside the .npy header");
        }
        long length = version == 1 ? Short.toUnsignedLong(file.get(U16, 8)) : Integer.toUnsignedLong(file.get(U32, 8));
        if (length > LONGEST || start + length > file.byteSize()) {
            throw new IOException(source + " at byte 8: the .npy header claims " + length + " bytes, the file has "
                    + (file.byteSize() - start) + " from there on");
        }
        byte[] text = file.asSlice(start, length).toArray(ValueLayout.JAVA_BYTE);
        var dictionary = new NpyDictionary(source, new String(text, StandardCharsets.ISO_8859_1), start).parse();
        var header = new NpyHeader(dictionary.type(), dictionary.shape(), Math.toIntExact(start + length));
        header.requireFileSize(source, file.byteSize());
        return header;
    }

    private static boolean startsWithMagic(MemorySegment file) {
        return Arrays.equals(file.asSlice(0, MAGIC.length).toArray(ValueLayout.JAVA_BYTE), MAGIC);
    }

    private void requireFileSize(String source, long actual) throws IOException {
        long expected;
        try {
            expected = Math.addExact(byteSize, Math.multiplyExact(elements(), type.bytes()));
        } catch (ArithmeticException e) {
            throw new IOException(source + ": shape " + shapeText() + " is larger than any file", e);
        }
        if (actual != expected) {
            throw new IOException(source + ": an array of shape " + shapeText() + " and type " + type.descriptor()
                    + " makes a file of " + expected + " bytes, this one has " + actual
                    + (actual < expected ? " (it is cut short)" : " (something follows the array)"));
        }
    }

    /// Number of elements.
    public long elements() {
        long count = 1;
        for (long dimension : shape) {
            count = Math.multiplyExact(count, dimension);
        }
        return count;
    }

    /// The header as written to a file: version 1.0, padded with spaces so that the elements start at a multiple of 64.
    public byte[] bytes() {
        String dictionary =
                "{'descr': '" + type.descriptor() + "', 'fortran_order': False, 'shape': " + shapeText() + ", }";
        int total = (10 + dictionary.length() + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        byte[] bytes = new byte[total];
        Arrays.fill(bytes, (byte) ' ');
        System.arraycopy(MAGIC, 0, bytes, 0, MAGIC.length);
        bytes[6] = 1;
        bytes[7] = 0;
        bytes[8] = (byte) (total - 10);
        bytes[9] = (byte) ((total - 10) >> 8);
        byte[] ascii = dictionary.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(ascii, 0, bytes, 10, ascii.length);
        bytes[total - 1] = '\n';
        return bytes;
    }

    private String shapeText() {
        String sizes = shape.stream().map(String::valueOf).collect(Collectors.joining(", "));
        return "(" + sizes + (shape.size() == 1 ? "," : "") + ")";
    }
}
