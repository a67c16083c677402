package inkling.tokenizer.file;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/// Brings a growing file to the disk while it is still being written, so that little is left to wait for at its
/// end.
public final class WriteBack {
    private final FileChannel channel;
    private final long step;
    private long written;
    private long forced;
    private @Nullable Thread running;
    private @Nullable IOException failure;

    /// Starts bringing out what there is each time `step` more bytes were written.
    public WriteBack(FileChannel channel, long step) {
        this.channel = channel;
        this.step = step;
    }

    /// Says that more bytes were written.
    public synchronized void add(long bytes) {
        written += bytes;
        if (running == null && written - forced >= step) {
            forced = written;
            running = Thread.ofPlatform().daemon().name("inkling-write-back").start(this::force);
        }
    }

    /// Waits for what was begun.
    ///
    /// @throws IOException if it failed
    public synchronized void finish() throws IOException {
        boolean interrupted = false;
        while (running != null) {
            try {
                wait();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (failure != null) {
            throw failure;
        }
    }

    private void force() {
        IOException problem = null;
        try {
            channel.force(false);
        } catch (ClosedChannelException _) {
            // Given up by its owner, who says why.
        } catch (IOException e) {
            problem = e;
        }
        synchronized (this) {
            failure = failure == null ? problem : failure;
            running = null;
            notifyAll();
        }
    }
}
