package inkling.tokenizer.corpus;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Runs the same kind of worker on several threads and passes on the first failure.
public final class ChunkWorkers {
    private ChunkWorkers() {}

    /// Runs all workers, each on its own thread; a single one runs on the calling thread.
    ///
    /// @throws IOException if a worker failed with one; the others are interrupted
    public static void run(List<? extends Callable<?>> workers) throws IOException {
        if (workers.size() == 1) {
            runHere(workers.getFirst());
            return;
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(
                workers.size(),
                Thread.ofPlatform().name("inkling-tokenizer-", 0).factory())) {
            ExecutorCompletionService<Object> finished = new ExecutorCompletionService<>(threads);
            List<Future<Object>> futures = new ArrayList<>();
            for (Callable<?> worker : workers) {
                futures.add(finished.submit(worker::call));
            }
            try {
                for (int i = 0; i < workers.size(); i++) {
                    finished.take().get();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while working through text", e);
            } catch (ExecutionException e) {
                throw failure(e.getCause() == null ? e : e.getCause());
            } finally {
                futures.forEach(future -> future.cancel(true));
            }
        }
    }

    private static void runHere(Callable<?> worker) throws IOException {
        try {
            worker.call();
        } catch (Exception e) {
            throw failure(e);
        }
    }

    private static IOException failure(Throwable cause) {
        return switch (cause) {
            case IOException e -> e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> new IOException("failed while working through text: " + cause.getMessage(), cause);
        };
    }
}
