package inkling.tokenizer;

import inkling.tokenizer.train.PieceCounter;
import inkling.tokenizer.train.PieceCounts;

/// How often each distinct piece of a corpus occurs: what a [BpeTrainer] needs to know of it.
///
/// For counting a corpus on several machines: each counts its parts, [#forEach] tells the counts, [#add] puts
/// them together, and [BpeTrainer#train(CorpusCounts, ProgressListener)] learns from the sum. Made by
/// [BpeTrainer#newCounts]; belongs to one thread.
public final class CorpusCounts {
    private final PieceCounter counter;
    private long textBytes;

    CorpusCounts(PieceCounter counter) {
        this.counter = counter;
    }

    /// Hears of one distinct piece.
    @FunctionalInterface
    public interface Visitor {
        /// Takes the bytes of a piece and how often it occurs.
        void piece(byte[] piece, long times);
    }

    /// Counts the pieces of a text in UTF-8.
    public void count(byte[] text) {
        counter.count(text, 0, text.length);
        textBytes += text.length;
    }

    /// Adds occurrences of a piece that were counted elsewhere.
    public void add(byte[] piece, long times) {
        counter.counts().add(piece, 0, piece.length, times);
        textBytes += times * piece.length;
    }

    /// Tells every distinct piece with its count.
    public void forEach(Visitor visitor) {
        PieceCounts counts = counter.counts();
        for (int i = 0; i < counts.size(); i++) {
            visitor.piece(counts.piece(i), counts.times(i));
        }
    }

    /// Bytes of text counted, without special tokens where the counts come from elsewhere.
    long textBytes() {
        return textBytes;
    }

    PieceCounts pieces() {
        return counter.counts();
    }
}
