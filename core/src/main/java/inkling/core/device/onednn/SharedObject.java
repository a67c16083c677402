package inkling.core.device.onednn;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/// Looks at the header of a native library before it is loaded: the system's loader maps a file and believes what is
/// in it, so a file cut short would end the whole Java machine.
///
/// Offsets are those of the 64-bit ELF header: kind of file at 0 to 5, machine at 18, table of segments at 32 and 56,
/// table of sections, which lies at the end, at 40, 58 and 60.
final class SharedObject {
    private static final int HEADER_BYTES = 64;
    private static final int MAGIC = 0x464C457F; // 0x7F E L F
    private static final int CLASS_64_LITTLE_ENDIAN = 0x0102;
    private static final int X86_64 = 62;
    private static final int SEGMENT_BYTES = 56;
    private static final int SEGMENT_OFFSET_AT = 8;
    private static final int SEGMENT_SIZE_AT = 32;

    private SharedObject() {}

    /// Refuses what is no library for this processor, or not all of one.
    static void check(Path library) throws IOException {
        try (FileChannel file = FileChannel.open(library)) {
            ByteBuffer header = read(file, 0, HEADER_BYTES);
            if (header.limit() < HEADER_BYTES
                    || header.getInt(0) != MAGIC
                    || header.getShort(4) != CLASS_64_LITTLE_ENDIAN
                    || header.getShort(18) != X86_64) {
                throw new IOException(library + ": this is no native library for x86-64");
            }
            long end = header.getLong(40) + (long) header.getShort(58) * header.getShort(60);
            int bytes = SEGMENT_BYTES * Short.toUnsignedInt(header.getShort(56));
            ByteBuffer segments = read(file, header.getLong(32), bytes);
            end = segments.limit() < bytes ? Long.MAX_VALUE : end;
            for (int at = 0; at + SEGMENT_BYTES <= segments.limit(); at += SEGMENT_BYTES) {
                long offset = segments.getLong(at + SEGMENT_OFFSET_AT);
                end = Math.max(end, offset + segments.getLong(at + SEGMENT_SIZE_AT));
            }
            if (end > file.size()) {
                throw new IOException(
                        library + ": this library was cut short, it has " + file.size() + " bytes of " + end);
            }
        }
    }

    private static ByteBuffer read(FileChannel file, long position, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(Math.max(0, bytes)).order(ByteOrder.LITTLE_ENDIAN);
        if (position >= 0 && position <= file.size()) {
            while (buffer.hasRemaining() && file.read(buffer, position + buffer.position()) > 0) {
                // on to the next part
            }
        }
        return buffer.flip();
    }
}
