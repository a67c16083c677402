package inkling.tokenizer.train;

import inkling.tokenizer.bpe.SpecialFinder;
import inkling.tokenizer.split.PieceWalk;
import inkling.tokenizer.split.SplitPattern;

/// Splits text and counts its pieces, leaving special tokens out. Belongs to one thread.
public final class PieceCounter {
    private static final int BATCH = 256;

    private final PieceWalk pieces;
    private final SpecialFinder specials;
    private final PieceCounts counts = new PieceCounts();
    private final int[] ends = new int[BATCH];

    /// A counter that has seen nothing yet.
    public PieceCounter(SplitPattern pattern, SpecialFinder specials) {
        this.pieces = pattern.walk();
        this.specials = specials;
    }

    /// Counts the pieces of a text.
    public void count(byte[] text, int from, int to) {
        int at = from;
        while (at < to) {
            SpecialFinder.Match special = specials.find(text, at, to);
            countPieces(text, at, special == null ? to : special.from());
            at = special == null ? to : special.to();
        }
    }

    private void countPieces(byte[] text, int from, int to) {
        int at = from;
        pieces.begin(text, from, to);
        for (int found = pieces.next(ends); found > 0; found = pieces.next(ends)) {
            for (int i = 0; i < found; i++) {
                counts.add(text, at, ends[i], 1);
                at = ends[i];
            }
        }
    }

    /// The counts so far.
    public PieceCounts counts() {
        return counts;
    }
}
