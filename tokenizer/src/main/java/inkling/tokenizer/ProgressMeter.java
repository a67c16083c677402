package inkling.tokenizer;

/// Adds up the work of several threads and tells a listener now and then.
final class ProgressMeter {
    private static final long INTERVAL_NANOS = 100_000_000;

    private final ProgressListener listener;
    private final ProgressListener.Phase phase;
    private final long total;
    private long done;
    private long lastReport = System.nanoTime();

    ProgressMeter(ProgressListener listener, ProgressListener.Phase phase, long total) {
        this.listener = listener;
        this.phase = phase;
        this.total = total;
    }

    /// Adds work done.
    synchronized void add(long work) {
        set(done + work);
    }

    /// Says how much is done in all.
    synchronized void set(long newDone) {
        done = newDone;
        long now = System.nanoTime();
        if (now - lastReport >= INTERVAL_NANOS && done < total) {
            lastReport = now;
            listener.progress(phase, done, total);
        }
    }

    /// Reports at once, unless this is the end.
    synchronized void tell() {
        if (done < total) {
            listener.progress(phase, done, total);
        }
    }

    /// Reports the end, where all there was is done.
    synchronized void finish(long everything) {
        listener.progress(phase, everything, everything);
    }
}
