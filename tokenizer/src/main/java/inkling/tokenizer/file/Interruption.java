package inkling.tokenizer.file;

import java.util.concurrent.Phaser;

/// Turns Ctrl-C and SIGTERM into a request to finish: the work in hand is completed and saved before the program ends.
///
/// ```
/// try (Interruption interruption = Interruption.hold()) {
///     interruption.whenRequested(trainer::requestStop);
///     trainer.run();
/// }
/// ```
///
/// Java ends a program by running all its shutdown hooks at once and then halting. So this one's hook waits for the
/// work, and the hooks that remove unfinished files ([ReplacedFile]) wait for it too: the work is still writing them.
/// That the program ends is one fact of the whole process, which is why it is the one thing kept in a static field.
public final class Interruption implements AutoCloseable {
    /// One party for each work that must be finished; it advances when there is none left.
    private static final Phaser WORK = new Phaser() {
        @Override
        protected boolean onAdvance(int phase, int registeredParties) {
            return false;
        }
    };

    private final Thread hook = new Thread(this::request, "finish after Ctrl-C");
    private Runnable request = () -> {};
    private boolean requested;

    private Interruption() {}

    /// Holds the end of the program back until [#close].
    ///
    /// @throws IllegalStateException if the program is ending already
    public static Interruption hold() {
        var interruption = new Interruption();
        Runtime.getRuntime().addShutdownHook(interruption.hook);
        int _ = WORK.register();
        return interruption;
    }

    /// Calls `newRequest` when the program is asked to end, at once if it was already.
    public void whenRequested(Runnable newRequest) {
        boolean late;
        synchronized (this) {
            request = newRequest;
            late = requested;
        }
        if (late) {
            newRequest.run();
        }
    }

    private void request() {
        Runnable wanted;
        synchronized (this) {
            requested = true;
            wanted = request;
        }
        wanted.run();
        awaitWork();
    }

    /// Whether any work holds the end of the program back.
    static boolean isHeld() {
        return WORK.getRegisteredParties() > 0;
    }

    /// Returns when no work holds the end back any more.
    static void awaitWork() {
        int phase = WORK.getPhase();
        if (isHeld()) {
            int _ = WORK.awaitAdvance(phase);
        }
    }

    /// Says that the work is done and reported, and lets the program end.
    @Override
    public void close() {
        int _ = WORK.arriveAndDeregister();
        try {
            boolean _ = Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // The end has begun; the hook finds nothing to wait for.
        }
    }
}
