package inkling.core.data;

import inkling.core.format.MappedFile;
import inkling.core.format.NpyHeader;
import inkling.core.format.NpyType;
import inkling.tokenizer.file.ReplacedFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/// Writes a token file piece by piece; the target appears, complete, on [#commit].
///
/// Ids are written as 16-bit integers where the vocabulary allows it, otherwise as 32-bit integers.
public final class TokenFileWriter implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 18;
    private static final int LARGEST_16_BIT_VOCABULARY = 1 << 16;

    private final ReplacedFile file;
    private final NpyType type;
    private final int vocabularySize;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private long count;

    private TokenFileWriter(ReplacedFile file, NpyType type, int vocabularySize) {
        this.file = file;
        this.type = type;
        this.vocabularySize = vocabularySize;
    }

    /// Starts a file for ids below `vocabularySize`.
    public static TokenFileWriter create(Path target, int vocabularySize) throws IOException {
        NpyType type = vocabularySize <= LARGEST_16_BIT_VOCABULARY ? NpyType.UINT16 : NpyType.UINT32;
        ReplacedFile file = ReplacedFile.create(target);
        try {
            MappedFile.write(file.channel(), header(type, 0));
            return new TokenFileWriter(file, type, vocabularySize);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /// Appends `ids[from]` to `ids[to - 1]`.
    public void append(int[] ids, int from, int to) throws IOException {
        for (int i = from; i < to; i++) {
            int id = ids[i];
            if (id < 0 || id >= vocabularySize) {
                throw new IllegalArgumentException(
                        "token file: id " + id + " is not below the vocabulary size " + vocabularySize);
            }
            if (buffer.remaining() < Integer.BYTES) {
                flush();
            }
            if (type == NpyType.UINT16) {
                buffer.putShort((short) id);
            } else {
                buffer.putInt(id);
            }
        }
        count += to - from;
    }

    /// Appends all ids.
    public void append(int... ids) throws IOException {
        append(ids, 0, ids.length);
    }

    /// Tokens appended so far.
    public long count() {
        return count;
    }

    /// Completes the header and moves the file into place.
    public void commit() throws IOException {
        flush();
        file.channel().position(0);
        MappedFile.write(file.channel(), header(type, count));
        file.commit();
    }

    /// Removes the unfinished file unless it was committed.
    @Override
    public void close() throws IOException {
        file.close();
    }

    private void flush() throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            int _ = file.channel().write(buffer);
        }
        buffer.clear();
    }

    private static MemorySegment header(NpyType type, long count) {
        byte[] bytes = NpyHeader.of(type, count).bytes();
        if (bytes.length != 128) { // between 68 and 87 bytes before padding, whatever the count
            throw new IllegalStateException("token file: header of " + bytes.length + " bytes, expected 128");
        }
        return MemorySegment.ofArray(bytes);
    }
}
