package inkling.tokenizer.corpus;

import inkling.tokenizer.train.CountFile;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/// Reads files one after the other in chunks that end at safe cuts or at the end of a file. Files ending in
/// `.gz` are unpacked; other regular files are mapped into memory, and what is no file, such as a pipe, is read.
///
/// Any number of threads may take chunks; each brings its own [Chunk] to be filled, so memory is bounded by
/// the threads, not by the files. A chunk grows beyond the usual size only where the text has no safe cut
/// that near.
public final class ChunkReader implements Closeable {
    private static final int MAX_CHUNK = 1 << 30;

    private final List<Path> files;
    private final SafeCut cuts;
    private final int chunkBytes;
    private byte[] carried = new byte[0];
    private int nextFile;
    private long nextIndex;
    private long bytesRead;
    private long fileOffset;
    private long skipped;
    private long pauseAt = Long.MAX_VALUE;
    private @Nullable InputStream input;

    /// A chunk of text.
    public static final class Chunk {
        private byte[] bytes = new byte[0];
        private int length;
        private long index;

        /// The text; only the first [#length] bytes count.
        public byte[] bytes() {
            return bytes;
        }

        /// The number of bytes of text.
        public int length() {
            return length;
        }

        /// The number of the chunk, from 0 in the order of the text.
        public long index() {
            return index;
        }
    }

    /// Reads these files in chunks of about `chunkBytes`.
    public ChunkReader(List<Path> files, SafeCut cuts, int chunkBytes) {
        this.files = List.copyOf(files);
        this.cuts = cuts;
        this.chunkBytes = chunkBytes;
    }

    /// The size of all files together as they lie on the disk.
    ///
    /// @throws IOException if a file is missing, is a folder or is empty
    public static long totalBytes(List<Path> files) throws IOException {
        if (files.isEmpty()) {
            throw new IOException("expected at least one text file, found none");
        }
        long total = 0;
        for (Path file : files) {
            if (!Files.exists(file)) {
                throw new IOException(file + ": expected a text file, found no such file");
            }
            if (Files.isDirectory(file)) {
                throw new IOException(file + ": expected a text file, found a folder");
            }
            long size = Files.size(file);
            if (size == 0 && Files.isRegularFile(file)) {
                throw new IOException(file + ": expected a text file, found an empty one");
            }
            total += size;
        }
        return total;
    }

    /// Starts where an earlier reader of the same files was.
    public synchronized void goTo(CountFile.Place place) throws IOException {
        if (place.file() < 0 || place.file() > files.size() || place.offset() < 0) {
            throw new IOException("expected a place in " + files.size() + " files, found " + place);
        }
        nextFile = place.file();
        skipped = place.offset();
        bytesRead = place.textBytes();
    }

    /// The place behind all text given out so far.
    public synchronized CountFile.Place place() {
        return input == null
                ? new CountFile.Place(nextFile, skipped, bytesRead)
                : new CountFile.Place(nextFile - 1, fileOffset, bytesRead);
    }

    /// Makes [#next] answer false once about so many more bytes were given out, until the next call of this.
    public synchronized void pauseAfter(long bytes) {
        pauseAt = bytes > Long.MAX_VALUE - bytesRead ? Long.MAX_VALUE : bytesRead + bytes;
    }

    /// Whether there is no more text.
    public synchronized boolean atEnd() {
        return input == null && nextFile == files.size();
    }

    /// Fills the chunk with the next text; false at a pause and at the end of the last file.
    public synchronized boolean next(Chunk chunk) throws IOException {
        while (bytesRead < pauseAt) {
            if (input == null) {
                if (nextFile == files.size()) {
                    return false;
                }
                input = open(files.get(nextFile));
                input.skipNBytes(skipped);
                nextFile++;
                fileOffset = skipped;
                skipped = 0;
            }
            if (fill(chunk)) {
                chunk.index = nextIndex++;
                return true;
            }
        }
        return false;
    }

    /// The bytes of text given out so far.
    public synchronized long bytesRead() {
        return bytesRead;
    }

    private boolean fill(Chunk chunk) throws IOException {
        InputStream open = Objects.requireNonNull(input);
        int length = carried.length;
        int wanted = Math.max(chunkBytes, length + 1);
        if (chunk.bytes.length < wanted) {
            chunk.bytes = new byte[wanted];
        }
        System.arraycopy(carried, 0, chunk.bytes, 0, length);
        while (true) {
            int read = read(open, chunk.bytes, length, wanted);
            int searchFrom = Math.max(0, length - 1);
            length += read;
            if (length < wanted) {
                open.close();
                input = null;
                carried = new byte[0];
                return give(chunk, length);
            }
            int cut = cuts.last(chunk.bytes, 0, searchFrom, length);
            if (cut > 0) {
                carried = Arrays.copyOfRange(chunk.bytes, cut, length);
                return give(chunk, cut);
            }
            if (wanted >= MAX_CHUNK) {
                throw new IOException(files.get(nextFile - 1) + ": found no place to cut in " + wanted
                        + " bytes of text; expected white space after a letter or digit");
            }
            wanted = Math.min(MAX_CHUNK, 2 * wanted);
            chunk.bytes = Arrays.copyOf(chunk.bytes, wanted);
        }
    }

    private int read(InputStream open, byte[] bytes, int from, int to) throws IOException {
        try {
            return open.readNBytes(bytes, from, to - from);
        } catch (EOFException | ZipException e) {
            throw new IOException(files.get(nextFile - 1) + ": expected whole gzip data: " + e.getMessage(), e);
        }
    }

    private boolean give(Chunk chunk, int length) {
        chunk.length = length;
        bytesRead += length;
        fileOffset += length;
        return length > 0;
    }

    private static InputStream open(Path file) throws IOException {
        boolean packed = file.toString().endsWith(".gz");
        if (!packed && Files.isRegularFile(file) && file.getFileSystem().equals(FileSystems.getDefault())) {
            return new MappedInput(file);
        }
        InputStream raw = Files.newInputStream(file);
        if (!packed) {
            return raw;
        }
        try {
            return new GZIPInputStream(raw, 1 << 16);
        } catch (IOException e) {
            raw.close();
            throw new IOException(file + ": expected a gzip file: " + e.getMessage(), e);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        if (input != null) {
            input.close();
            input = null;
        }
    }
}
