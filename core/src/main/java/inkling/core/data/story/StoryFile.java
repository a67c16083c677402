package inkling.core.data.story;

import inkling.tokenizer.file.ReplacedFile;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;

/// Writes stories as a corpus file: UTF-8, line feeds, each document followed by a line that holds only
/// `<|endoftext|>`.
///
/// All cores make stories, in blocks; the blocks are written in order, so the file does not depend on the number of
/// threads. The file appears under its name when it is complete, never before.
public final class StoryFile {
    /// The line after every document.
    public static final String SEPARATOR = "<|endoftext|>";

    private static final int BLOCK_DOCUMENTS = 1000;
    private static final byte[] END = ("\n" + SEPARATOR + "\n").getBytes(StandardCharsets.US_ASCII);

    private StoryFile() {}

    /// Writes the stories 0 to `documents` - 1 of a world, on all cores.
    ///
    /// @param progress receives the number of documents written so far, once per thousand, from the calling thread
    /// @throws IllegalArgumentException if there are fewer than one document
    /// @throws IOException if the file cannot be written; then nothing is left behind
    public static void write(Path file, long documents, StoryWorld world, LongConsumer progress) throws IOException {
        write(file, documents, world, progress, Runtime.getRuntime().availableProcessors());
    }

    /// As above, on a number of threads.
    static void write(Path file, long documents, StoryWorld world, LongConsumer progress, int threads)
            throws IOException {
        if (documents < 1) {
            throw new IllegalArgumentException("documents is " + documents + ", expected at least 1");
        }
        try (ReplacedFile replaced = ReplacedFile.create(file);
                ExecutorService workers = Executors.newFixedThreadPool(threads)) {
            writeBlocks(replaced.stream(), documents, world, progress, workers, threads);
            replaced.commit();
        }
    }

    /// Keeps two blocks per thread under way, so that a slow disk holds back the makers and memory stays bounded.
    private static void writeBlocks(
            OutputStream out,
            long documents,
            StoryWorld world,
            LongConsumer progress,
            ExecutorService workers,
            int threads)
            throws IOException {
        var underWay = new ArrayDeque<Future<Telling>>();
        long next = 0;
        long written = 0;
        try {
            while (written < documents) {
                while (next < documents && underWay.size() < 2 * threads) {
                    long first = next;
                    long end = Math.min(documents, first + BLOCK_DOCUMENTS);
                    underWay.add(workers.submit(() -> block(world, first, end)));
                    next = end;
                }
                Telling block = underWay.remove().get();
                out.write(block.buffer(), 0, block.length());
                written = Math.min(documents, written + BLOCK_DOCUMENTS);
                progress.accept(written);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted while writing stories").initCause(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a story could not be told", e.getCause());
        } finally {
            workers.shutdownNow();
        }
    }

    private static Telling block(StoryWorld world, long first, long end) {
        var telling = new Telling();
        for (long index = first; index < end; index++) {
            world.tell(index, telling);
            telling.append(END);
        }
        return telling;
    }
}
