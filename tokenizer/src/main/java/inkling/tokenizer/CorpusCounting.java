package inkling.tokenizer;

import inkling.tokenizer.bpe.SpecialFinder;
import inkling.tokenizer.corpus.ChunkReader;
import inkling.tokenizer.corpus.ChunkReader.Chunk;
import inkling.tokenizer.corpus.ChunkWorkers;
import inkling.tokenizer.corpus.SafeCut;
import inkling.tokenizer.train.CountFile;
import inkling.tokenizer.train.PieceCounter;
import inkling.tokenizer.train.PieceCounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/// Counts the pieces of files on several threads, and keeps the counts in a file now and then if that is wanted.
final class CorpusCounting {
    /// How much text a thread takes at a time, unless told otherwise.
    static final int CHUNK_BYTES = 1 << 20;

    private final TrainerOptions options;
    private final SpecialFinder specials;
    private final List<Path> files;
    private final int chunkBytes;

    /// What was counted.
    record Counted(PieceCounts counts, long textBytes) {}

    CorpusCounting(TrainerOptions options, SpecialFinder specials, List<Path> files, int chunkBytes) {
        this.options = options;
        this.specials = specials;
        this.files = files;
        this.chunkBytes = chunkBytes;
    }

    Counted count(Optional<KeptCounts> kept, ProgressListener progress) throws IOException {
        long total = ChunkReader.totalBytes(files);
        ProgressMeter meter = new ProgressMeter(progress, ProgressListener.Phase.COUNT, total);
        List<PieceCounter> counters = new ArrayList<>();
        for (int i = 0; i < options.threads(); i++) {
            counters.add(new PieceCounter(options.splitPattern(), specials));
        }
        List<PieceCounts> counts = counters.stream().map(PieceCounter::counts).toList();
        SafeCut cuts = new SafeCut(specials, options.splitPattern().cutsSafely());
        try (ChunkReader reader = new ChunkReader(files, cuts, chunkBytes)) {
            if (kept.isPresent()
                    && kept.get().resume()
                    && Files.exists(kept.get().file())) {
                reader.goTo(CountFile.read(kept.get().file(), corpus(), counts.getFirst()));
                meter.set(reader.bytesRead());
            }
            while (!reader.atEnd()) {
                reader.pauseAfter(kept.isPresent() ? kept.get().everyBytes() : Long.MAX_VALUE);
                countUntilPause(reader, counters, meter);
                if (kept.isPresent()) {
                    CountFile.write(kept.get().file(), corpus(), reader.place(), counts);
                    meter.tell();
                }
            }
            PieceCounts all = counts.getFirst();
            for (PieceCounts other : counts.subList(1, counts.size())) {
                all.addAll(other);
            }
            meter.finish(reader.bytesRead());
            return new Counted(all, reader.bytesRead());
        }
    }

    private static void countUntilPause(ChunkReader reader, List<PieceCounter> counters, ProgressMeter meter)
            throws IOException {
        List<Callable<Boolean>> workers = new ArrayList<>();
        for (PieceCounter counter : counters) {
            workers.add(() -> {
                Chunk chunk = new Chunk();
                while (reader.next(chunk)) {
                    counter.count(chunk.bytes(), 0, chunk.length());
                    meter.add(chunk.length());
                }
                return true;
            });
        }
        ChunkWorkers.run(workers);
    }

    /// The files as they are now, and the options that matter for counts.
    private String corpus() throws IOException {
        StringBuilder text = new StringBuilder(options.splitPattern().regex());
        options.specialTokens().forEach(special -> text.append('\n').append(special));
        for (Path file : files) {
            text.append('\n').append(file.toAbsolutePath().normalize());
            text.append('\n').append(Files.size(file));
            text.append('\n').append(Files.getLastModifiedTime(file));
        }
        return text.toString();
    }
}
