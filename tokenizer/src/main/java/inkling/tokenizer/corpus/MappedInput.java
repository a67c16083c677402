package inkling.tokenizer.corpus;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A file as a stream whose bytes come straight from memory-mapped pages, one window of the file at a time, so
/// that the memory of the process does not grow with the file.
///
/// A file that becomes shorter meanwhile is noticed and named; pages that vanish under a copy would otherwise be
/// an error of the Java machine, or zeros.
final class MappedInput extends InputStream {
    private static final long WINDOW = 8 << 20;

    private final Path file;
    private final FileChannel channel;
    private final long size;
    private Arena arena = Arena.ofShared();
    private MemorySegment window = MemorySegment.NULL;
    private long windowStart;
    private long position;

    /// Opens a file at its beginning.
    MappedInput(Path file) throws IOException {
        this.file = file;
        this.channel = FileChannel.open(file);
        this.size = channel.size();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int from, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (position >= size) {
            return -1;
        }
        if (position >= windowStart + window.byteSize()) {
            map();
        }
        int count = (int) Math.min(length, windowStart + window.byteSize() - position);
        try {
            MemorySegment.copy(window, ValueLayout.JAVA_BYTE, position - windowStart, target, from, count);
        } catch (InternalError e) { // what the Java machine makes of a page that is gone
            throw shorter(e);
        }
        requireSize();
        position += count;
        return count;
    }

    @Override
    public long skip(long count) {
        long skipped = Math.clamp(count, 0, size - position);
        position += skipped;
        windowStart = position;
        window = MemorySegment.NULL;
        return skipped;
    }

    @Override
    public void close() throws IOException {
        arena.close();
        channel.close();
    }

    @SuppressWarnings("MustBeClosedChecker") // closed by the next call and by close
    private void map() throws IOException {
        requireSize();
        arena.close();
        arena = Arena.ofShared();
        windowStart = position;
        window = channel.map(MapMode.READ_ONLY, position, Math.min(WINDOW, size - position), arena);
    }

    private void requireSize() throws IOException {
        if (channel.size() < size) {
            throw shorter(null);
        }
    }

    private IOException shorter(@Nullable Throwable cause) {
        return new IOException(file + ": became shorter than " + size + " bytes while it was read", cause);
    }
}
