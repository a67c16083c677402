package inkling.core.format;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Element types of the safetensors format.
public enum SafetensorsType {
    /// 64-bit floats.
    F64(8),
    /// 32-bit floats: what this project writes.
    F32(4),
    /// 16-bit floats of IEEE 754.
    F16(2),
    /// The upper half of 32-bit floats.
    BF16(2),
    /// Signed 64-bit integers.
    I64(8),
    /// Signed 32-bit integers.
    I32(4),
    /// Signed 16-bit integers.
    I16(2),
    /// Signed bytes.
    I8(1),
    /// Unsigned 64-bit integers.
    U64(8),
    /// Unsigned 32-bit integers.
    U32(4),
    /// Unsigned 16-bit integers.
    U16(2),
    /// Unsigned bytes.
    U8(1),
    /// Truth values of one byte.
    BOOL(1);

    private final int bytes;

    SafetensorsType(int bytes) {
        this.bytes = bytes;
    }

    /// Bytes of one element.
    public int bytes() {
        return bytes;
    }

    static Optional<SafetensorsType> of(String name) {
        return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
    }

    static List<String> names() {
        return Arrays.stream(values()).map(Enum::name).toList();
    }
}
