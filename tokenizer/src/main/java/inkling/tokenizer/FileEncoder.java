package inkling.tokenizer;

import inkling.tokenizer.bpe.TokenBuffer;
import inkling.tokenizer.corpus.ChunkReader;
import inkling.tokenizer.corpus.ChunkReader.Chunk;
import inkling.tokenizer.corpus.ChunkWorkers;
import inkling.tokenizer.corpus.SafeCut;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/// Encodes files into a token file on several threads: each takes a chunk, encodes it, and waits for its turn
/// to write.
final class FileEncoder {
    private static final int CHUNK_BYTES = 1 << 20;
    private static final int MAX_UINT16_SIZE = 1 << 16;

    private final Tokenizer tokenizer;
    private final int threads;
    private final ProgressListener progress;

    FileEncoder(Tokenizer tokenizer, int threads, ProgressListener progress) {
        if (threads < 1) {
            throw new IllegalArgumentException("encodeFiles: expected at least 1 thread, found " + threads);
        }
        this.tokenizer = tokenizer;
        this.threads = threads;
        this.progress = progress;
    }

    EncodedFile encode(List<Path> inputs, Path npy) throws IOException {
        long start = System.nanoTime();
        long total = ChunkReader.totalBytes(inputs);
        int bytesPerToken = tokenizer.vocabularySize() <= MAX_UINT16_SIZE ? 2 : 4;
        SafeCut cuts = tokenizer.added().cuts();
        try (NpyTokenFile file = new NpyTokenFile(npy, bytesPerToken);
                ChunkReader reader = new ChunkReader(inputs, cuts, CHUNK_BYTES)) {
            ProgressMeter meter = new ProgressMeter(progress, ProgressListener.Phase.ENCODE, total);
            List<Callable<Boolean>> workers = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                workers.add(() -> encodeChunks(reader, file, meter));
            }
            ChunkWorkers.run(workers);
            file.commit();
            meter.finish(reader.bytesRead());
            return new EncodedFile(
                    reader.bytesRead(), file.tokens(), bytesPerToken, Duration.ofNanos(System.nanoTime() - start));
        }
    }

    /// Encodes one text into a token file.
    static EncodedFile encodePart(Tokenizer tokenizer, byte[] text, Path npy) throws IOException {
        long start = System.nanoTime();
        int bytesPerToken = tokenizer.vocabularySize() <= MAX_UINT16_SIZE ? 2 : 4;
        SpecialAwareEncoder encoder = tokenizer.pool().take();
        try (NpyTokenFile file = new NpyTokenFile(npy, bytesPerToken)) {
            TokenBuffer ids = encoder.emptyBuffer();
            encoder.encode(text, 0, text.length, SpecialPolicy.ALLOW, ids, Integer.MAX_VALUE);
            file.write(0, file.pack(ids));
            file.commit();
            return new EncodedFile(
                    text.length, file.tokens(), bytesPerToken, Duration.ofNanos(System.nanoTime() - start));
        } finally {
            tokenizer.pool().giveBack(encoder);
        }
    }

    private boolean encodeChunks(ChunkReader reader, NpyTokenFile file, ProgressMeter meter) throws IOException {
        SpecialAwareEncoder encoder = tokenizer.pool().take(); // warm from earlier files
        try {
            Chunk chunk = new Chunk();
            while (reader.next(chunk)) {
                TokenBuffer ids = encoder.emptyBuffer();
                encoder.encode(chunk.bytes(), 0, chunk.length(), SpecialPolicy.ALLOW, ids, Integer.MAX_VALUE);
                file.write(chunk.index(), file.pack(ids));
                meter.add(chunk.length());
            }
            return true;
        } finally {
            tokenizer.pool().giveBack(encoder);
        }
    }
}
