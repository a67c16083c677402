package inkling.core.format;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Element types of `.npy` files that this project reads and writes, all little-endian.
public enum NpyType {
    /// Truth values of one byte.
    BOOL("|b1", 1),
    /// Unsigned bytes.
    UINT8("|u1", 1),
    /// Unsigned 16-bit integers: token ids of vocabularies up to 65,536.
    UINT16("<u2", 2),
    /// Unsigned 32-bit integers: token ids of larger vocabularies.
    UINT32("<u4", 4),
    /// Signed 32-bit integers.
    INT32("<i4", 4),
    /// Signed 64-bit integers.
    INT64("<i8", 8),
    /// 32-bit floats.
    FLOAT32("<f4", 4),
    /// 64-bit floats.
    FLOAT64("<f8", 8);

    private final String descriptor;
    private final int bytes;

    NpyType(String descriptor, int bytes) {
        this.descriptor = descriptor;
        this.bytes = bytes;
    }

    /// How NumPy writes the type in a file's header, for example `<u2`.
    public String descriptor() {
        return descriptor;
    }

    /// Bytes of one element.
    public int bytes() {
        return bytes;
    }

    static Optional<NpyType> of(String descriptor) {
        return Arrays.stream(values())
                .filter(type -> type.descriptor.equals(descriptor))
                .findFirst();
    }

    static List<String> descriptors() {
        return Arrays.stream(values()).map(NpyType::descriptor).toList();
    }
}
