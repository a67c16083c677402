package inkling.tokenizer.file;

import java.io.BufferedOutputStream;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.Charset;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// A file being written beside its target, which takes the target's place in one step when it is complete.
///
/// Until [#commit] the target is untouched; closing without it removes what was written. Readers therefore see
/// the old
/// file or the whole new one, never a part, also when the disk fills up or the program is stopped.
///
/// ```
/// try (ReplacedFile file = ReplacedFile.create(target)) {
///     file.stream().write(bytes);
///     file.commit();
/// }
/// ```
public final class ReplacedFile implements AutoCloseable {
    private final Path target;
    private final Path partial;
    private final FileChannel channel;
    private final OutputStream stream;
    private boolean committed;

    private ReplacedFile(Path target, Path partial, FileChannel channel) {
        this.target = target;
        this.partial = partial;
        this.channel = channel;
        this.stream = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
    }

    /// Starts writing; missing folders on the way to the target are made.
    ///
    /// @throws IOException if the folder cannot be made or written to, or the target is a folder
    public static ReplacedFile create(Path target) throws IOException {
        Path absolute = target.toAbsolutePath();
        Path folder = absolute.getParent();
        Path name = absolute.getFileName();
        if (folder == null || name == null || Files.isDirectory(absolute)) {
            throw new IOException(target + ": expected the name of a file to write, found a folder");
        }
        try {
            Files.createDirectories(folder);
        } catch (FileAlreadyExistsException e) {
            throw new IOException(folder + ": expected a folder to write into, found a file", e);
        }
        long process = ProcessHandle.current().pid();
        Path partial = folder.resolve(
                name + "." + process + "-" + Thread.currentThread().threadId() + ".partial");
        FileChannel channel = FileChannel.open(
                partial,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        return new ReplacedFile(target, partial, channel);
    }

    /// The channel of the unfinished file, for positioned writes. Do not mix with [#stream] and [#writer].
    public FileChannel channel() {
        return channel;
    }

    /// A buffered stream into the unfinished file; [#commit] flushes it.
    public OutputStream stream() {
        return stream;
    }

    /// A buffered writer into the unfinished file; flush it before [#commit].
    public Writer writer(Charset charset) {
        return new BufferedWriter(new OutputStreamWriter(stream, charset), 1 << 16);
    }

    /// Completes the file: forces it to disk and moves it to its target.
    public void commit() throws IOException {
        stream.flush();
        channel.force(true);
        channel.close();
        Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        committed = true;
    }

    /// Removes the unfinished file unless it was committed.
    @Override
    public void close() throws IOException {
        channel.close();
        if (!committed) {
            Files.deleteIfExists(partial);
        }
    }
}
