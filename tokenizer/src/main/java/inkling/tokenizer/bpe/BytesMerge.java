package inkling.tokenizer.bpe;

/// Merges a piece by the bytes of its parts: again and again the two neighbours that together are the token of the
/// lowest id, the leftmost of equal ones. That is what the merges of a rank file mean.
///
/// Slower than [ShortMerge], whose table of merges takes longer to be made than a few thousand pieces to be merged
/// in this way.
final class BytesMerge {
    private static final int ENOUGH = 1 << 12;

    private final Vocabulary vocabulary;
    private final int[] starts = new int[ShortMerge.MAX_LENGTH + 1];
    private final int[] ranks = new int[ShortMerge.MAX_LENGTH];
    private int pieces;

    BytesMerge(Vocabulary vocabulary) {
        this.vocabulary = vocabulary;
    }

    /// Whether so many pieces were merged that a table pays.
    boolean hadEnough() {
        return pieces >= ENOUGH;
    }

    /// Appends the ids of a piece of [ShortMerge#MAX_LENGTH] bytes at most.
    void encode(byte[] text, int from, int to, TokenBuffer out) {
        pieces++;
        int count = to - from;
        for (int i = 0; i <= count; i++) {
            starts[i] = from + i;
        }
        for (int i = 0; i + 1 < count; i++) {
            ranks[i] = rank(text, i);
        }
        count = mergeAll(text, count);
        for (int i = 0; i < count; i++) {
            out.add(vocabulary.find(text, starts[i], starts[i + 1]));
        }
    }

    private int mergeAll(byte[] text, int initialCount) {
        int count = initialCount;
        while (count > 1) {
            int best = 0;
            for (int i = 1; i < count - 1; i++) {
                best = ranks[i] < ranks[best] ? i : best;
            }
            if (ranks[best] == MergeTable.NONE) {
                break;
            }
            System.arraycopy(starts, best + 2, starts, best + 1, count - best - 1);
            count--;
            System.arraycopy(ranks, best + 1, ranks, best, count - best - 1);
            if (best > 0) {
                ranks[best - 1] = rank(text, best - 1);
            }
            if (best + 1 < count) {
                ranks[best] = rank(text, best);
            }
        }
        return count;
    }

    /// The rank at which a part and its right neighbour merge.
    private int rank(byte[] text, int part) {
        int id = vocabulary.find(text, starts[part], starts[part + 2]);
        return id < 0 ? MergeTable.NONE : id;
    }
}
