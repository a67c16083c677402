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
/// Until [#commit] the target is untouched; closing without it removes what was written, and so does the end of
/// the program by SIGTERM or Ctrl-C, unless an [Interruption] has the work finished first. Readers therefore see the
/// old file or the whole new one, never a part.
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
    private final Thread removal;
    private boolean committed;

    private ReplacedFile(Path target, Path partial, FileChannel channel, Thread removal) {
        this.removal = removal;
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
        Thread removal = new Thread(() -> removeAtEnd(partial), "remove " + partial);
        try {
            Runtime.getRuntime().addShutdownHook(removal);
        } catch (IllegalStateException e) {
            if (!Interruption.isHeld()) {
                throw new IOException(target + ": not written, because the program is ending", e);
            }
        }
        FileChannel channel;
        try {
            channel = FileChannel.open(
                    partial,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
        } catch (IOException e) {
            forget(removal);
            throw e;
        }
        return new ReplacedFile(target, partial, channel, removal);
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
        forget(removal);
    }

    private static void forget(Thread removal) {
        try {
            boolean _ = Runtime.getRuntime().removeShutdownHook(removal);
        } catch (IllegalStateException _) {
            // The end has begun: the hook finds the file gone, or removes it.
        }
    }

    private static void removeAtEnd(Path partial) {
        Interruption.awaitWork();
        try {
            Files.deleteIfExists(partial);
        } catch (IOException _) {
            // Nothing can be done any more, and the target is untouched in any case.
        }
    }
}
