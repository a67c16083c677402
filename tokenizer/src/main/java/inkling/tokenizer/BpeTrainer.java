package inkling.tokenizer;

import inkling.tokenizer.bpe.SpecialFinder;
import inkling.tokenizer.bpe.SpecialToken;
import inkling.tokenizer.corpus.SafeCut;
import inkling.tokenizer.train.MergeLoop;
import inkling.tokenizer.train.PieceCounter;
import inkling.tokenizer.train.PieceCounts;
import inkling.tokenizer.train.TieOrder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Learns a byte-level BPE vocabulary from text.
///
/// ```
/// TrainingResult result = new BpeTrainer(TrainerOptions.of(4096)).train(List.of(Path.of("stories.txt")),
/// ProgressListener.NONE);
/// result.tokenizer().save(Path.of("tokenizer"));
/// ```
///
/// The most frequent pair of neighbouring tokens inside the pieces of the text becomes a token, again and
/// again, until the vocabulary is full or no pair is left. The result depends on the text and the options
/// alone, not on threads or on how files are read.
public final class BpeTrainer {
    private final TrainerOptions options;
    private final SpecialFinder specials;
    private final int chunkBytes;

    /// A trainer with these options.
    public BpeTrainer(TrainerOptions options) {
        this(options, CorpusCounting.CHUNK_BYTES);
    }

    /// A trainer whose threads take this much text of a file at a time.
    BpeTrainer(TrainerOptions options, int chunkBytes) {
        this.options = options;
        this.chunkBytes = chunkBytes;
        List<SpecialToken> tokens = new ArrayList<>();
        for (int id = 0; id < options.specialTokens().size(); id++) {
            tokens.add(new SpecialToken(options.specialTokens().get(id), id));
        }
        this.specials = new SpecialFinder(tokens);
    }

    /// Learns from files; those ending in `.gz` are unpacked. No piece goes from one file to the next.
    ///
    /// @throws IOException if a file is missing, empty or cannot be read
    public TrainingResult train(List<Path> files, ProgressListener progress) throws IOException {
        return train(files, Optional.empty(), progress);
    }

    /// As [#train(List, ProgressListener)], keeping counts in a file and going on from those kept there before; the
    /// result is the same.
    ///
    /// @throws IOException also if the kept counts are damaged or belong to other files or options
    public TrainingResult train(List<Path> files, KeptCounts kept, ProgressListener progress) throws IOException {
        return train(files, Optional.of(kept), progress);
    }

    private TrainingResult train(List<Path> files, Optional<KeptCounts> kept, ProgressListener progress)
            throws IOException {
        long start = System.nanoTime();
        CorpusCounting.Counted counted = new CorpusCounting(options, specials, files, chunkBytes).count(kept, progress);
        return learn(counted.counts(), counted.textBytes(), start, progress);
    }

    /// Learns from one text in memory, in UTF-8.
    public TrainingResult train(byte[] text, ProgressListener progress) {
        long start = System.nanoTime();
        PieceCounter counter = new PieceCounter(options.splitPattern(), specials);
        counter.count(text, 0, text.length);
        return learn(counter.counts(), text.length, start, progress);
    }

    /// Empty counts for parts of a corpus.
    public CorpusCounts newCounts() {
        return new CorpusCounts(new PieceCounter(options.splitPattern(), specials));
    }

    /// Reads the part of a file between two places, both moved on to where it may be cut; counting all parts of
    /// a file gives the counts of the file.
    public byte[] read(Path file, long from, long to) throws IOException {
        return FilePart.read(
                file, from, to, new SafeCut(specials, options.splitPattern().cutsSafely()));
    }

    /// Learns from counts; the result is that of training on the text they were counted in.
    public TrainingResult train(CorpusCounts counts, ProgressListener progress) {
        return learn(counts.pieces(), counts.textBytes(), System.nanoTime(), progress);
    }

    private TrainingResult learn(PieceCounts counts, long textBytes, long start, ProgressListener progress) {
        List<TrainingResult.PhaseReport> phases = new ArrayList<>();
        long counted = report(phases, ProgressListener.Phase.COUNT, start);
        TieOrder ties = switch (options.tieBreak()) {
            case CS336 -> TieOrder.GREATEST_BYTES;
            case HUGGING_FACE -> TieOrder.SMALLEST_IDS;
        };
        MergeLoop loop = new MergeLoop(counts, ties);
        progress.progress(ProgressListener.Phase.INDEX, counts.size(), counts.size());
        long indexed = report(phases, ProgressListener.Phase.INDEX, counted);
        int symbols = options.vocabularySize() - options.specialTokens().size();
        ProgressMeter meter = new ProgressMeter(progress, ProgressListener.Phase.MERGE, symbols - 256);
        loop.run(symbols, options.minFrequency(), meter::set);
        meter.finish(loop.mergeCount());
        report(phases, ProgressListener.Phase.MERGE, indexed);
        Tokenizer tokenizer = new Tokenizer(loop.model(options.specialTokens(), options.splitPattern()));
        return new TrainingResult(tokenizer, loop.mergeCount(), textBytes, counts.total(), counts.size(), phases);
    }

    private static long report(List<TrainingResult.PhaseReport> phases, ProgressListener.Phase phase, long start) {
        long now = System.nanoTime();
        phases.add(new TrainingResult.PhaseReport(phase, Duration.ofNanos(now - start), PeakMemory.bytes()));
        return now;
    }
}
