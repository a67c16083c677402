package inkling.core.data.story;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;

/// Writes stories as a corpus file: UTF-8, line feeds, each document followed by a line that holds only `<|endoftext|>`.
///
/// All cores make stories, in blocks; the blocks are written in order, so the file does not depend on the number of threads.
/// The file appears under its name when it is complete, never before.
public final class StoryFile {
    /// The line after every document.
    public static final String SEPARATOR = "<|endoftext|>";

    private static final int BLOCK_DOCUMENTS = 1000;
    private static final byte[] END = ("\n" + SEPARATOR + "\n").getBytes(StandardCharsets.US_ASCII);

    private StoryFile() {}

    /// Writes the stories 0 to `documents` - 1 of a seed, on all cores.
    ///
    /// @param progress receives the number of documents written so far, about once per thousand, from the calling thread
    /// @throws IllegalArgumentException if there are fewer than one document
    /// @throws IOException if the file cannot be written; then nothing is left behind
    public static void write(Path file, long documents, long seed, LongConsumer progress) throws IOException {
        write(file, documents, seed, progress, Runtime.getRuntime().availableProcessors());
    }

    /// As above, on a number of threads.
    static void write(Path file, long documents, long seed, LongConsumer progress, int threads) throws IOException {
        if (documents < 1) {
            throw new IllegalArgumentException("documents is " + documents + ", expected at least 1");
        }
        Path target = file.toAbsolutePath();
        Path folder = target.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new IOException(file + ": the folder to write into does not exist");
        }
        Path unfinished = Files.createTempFile(folder, target.getFileName() + ".", ".tmp");
        try {
            try (FileChannel out = FileChannel.open(unfinished, StandardOpenOption.WRITE);
                    ExecutorService workers = Executors.newFixedThreadPool(threads)) {
                writeBlocks(out, documents, new StoryWorld(seed), progress, workers, threads);
            }
            Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    /// Keeps two blocks per thread under way, so that a slow disk holds back the makers and memory stays bounded.
    private static void writeBlocks(
            FileChannel out,
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
                ByteBuffer bytes = ByteBuffer.wrap(block.buffer(), 0, block.length());
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
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
