package inkling.app.terminal;

import java.util.concurrent.CountDownLatch;

/// Turns Ctrl-C into a request to finish: the work in hand is completed and saved before the program ends.
///
/// ```
/// try (Interruption interruption = Interruption.onCtrlC(trainer::requestStop)) {
///     trainer.run();
/// }
/// ```
public final class Interruption implements AutoCloseable {
    private final CountDownLatch finished = new CountDownLatch(1);
    private final Thread hook;
    private volatile boolean requested;

    private Interruption(Runnable request) {
        hook = new Thread(
                () -> {
                    requested = true;
                    request.run();
                    awaitEnd();
                },
                "finish after Ctrl-C");
    }

    /// Calls `request` when the program is asked to end, and holds the end back until [#close].
    public static Interruption onCtrlC(Runnable request) {
        var interruption = new Interruption(request);
        Runtime.getRuntime().addShutdownHook(interruption.hook);
        return interruption;
    }

    /// Whether the program was asked to end.
    public boolean isRequested() {
        return requested;
    }

    private void awaitEnd() {
        try {
            finished.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Says that the work is done, and lets the program end.
    @Override
    public void close() {
        finished.countDown();
        if (!requested) {
            try {
                boolean _ = Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException _) {
                // The end has begun in this very moment; the hook finds nothing to wait for.
                requested = true;
            }
        }
    }
}
