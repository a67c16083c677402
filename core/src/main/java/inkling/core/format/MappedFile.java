package inkling.core.format;

import inkling.tokenizer.file.ReplacedFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Files as foreign memory: mapped for reading, written without a detour over the Java heap.
public final class MappedFile {
    private static final long CHUNK = 1L << 26;

    private MappedFile() {}

    /// Maps a whole file for reading, for as long as the arena lives.
    ///
    /// @throws IOException if there is no such file, it is a folder, or it cannot be read
    public static MemorySegment map(Path file, Arena arena) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException(file + ": expected a file, found a folder");
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
        } catch (NoSuchFileException e) {
            throw new IOException(file + ": there is no such file", e);
        }
    }

    /// Writes all bytes of a segment at the channel's position.
    public static void write(FileChannel channel, MemorySegment bytes) throws IOException {
        for (long from = 0; from < bytes.byteSize(); from += CHUNK) {
            var chunk = bytes.asSlice(from, Math.min(CHUNK, bytes.byteSize() - from))
                    .asByteBuffer();
            while (chunk.hasRemaining()) {
                int _ = channel.write(chunk);
            }
        }
    }

    /// Writes bytes and then a segment as one file, aside first and then moved into place.
    static void write(Path file, byte[] header, Iterable<MemorySegment> segments) throws IOException {
        try (ReplacedFile target = ReplacedFile.create(file)) {
            write(target.channel(), MemorySegment.ofArray(header));
            for (MemorySegment segment : segments) {
                write(target.channel(), segment);
            }
            target.commit();
        }
    }
}
