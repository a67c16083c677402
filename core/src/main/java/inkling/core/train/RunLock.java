package inkling.core.train;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// Keeps a second program from training in the same run folder: both would append to one metrics file and remove each
/// other's checkpoints.
///
/// The operating system holds the lock on `run.lock` and gives it back when the program ends, however it ends; the file
/// itself stays and means nothing. Readers, such as `eval` and `generate`, need no lock: a checkpoint moves into its
/// place as a whole.
final class RunLock implements AutoCloseable {
    private final FileChannel channel;

    private RunLock(FileChannel channel) {
        this.channel = channel;
    }

    /// Takes the lock of a run folder.
    ///
    /// @throws IOException if another program, or another trainer of this one, holds it
    static RunLock take(Path folder) throws IOException {
        FileChannel channel =
                FileChannel.open(folder.resolve("run.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (tryLock(channel) == null) {
                throw new IOException(
                        folder + ": this run is being trained already; wait until that ends or stop it first");
            }
            return new RunLock(channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // held by another trainer of this program: the same answer as held by another program
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
