package inkling.tokenizer.bpe;

/// Merges a piece of ordinary length: again and again the pair of lowest rank, the leftmost of equal ones.
///
/// The ranks of all neighbours lie in one array, so that a merge costs a scan over a few words and two
/// look-ups. The scan makes it quadratic, which for short pieces is faster than any queue; [LongMerge] takes
/// over above [#MAX_LENGTH].
final class ShortMerge {
    /// The longest piece, in bytes.
    static final int MAX_LENGTH = 64;

    private final BpeModel model;
    private final MergeTable merges;
    private final int[] ids = new int[MAX_LENGTH + 1];
    private final int[] ranks = new int[MAX_LENGTH + 1];

    ShortMerge(BpeModel model) {
        this.model = model;
        this.merges = model.merges();
    }

    /// Appends the ids of a piece.
    void encode(byte[] text, int from, int to, TokenBuffer out) {
        int count = to - from;
        for (int i = 0; i < count; i++) {
            ids[i] = model.byteId(text[from + i]);
        }
        for (int i = 0; i + 1 < count; i++) {
            ranks[i] = model.bytePairRank(text[from + i], text[from + i + 1]);
        }
        count = mergeAll(count);
        out.reserve(count);
        System.arraycopy(ids, 0, out.ids(), out.size(), count);
        out.setSize(out.size() + count);
    }

    private int mergeAll(int initialCount) {
        int count = initialCount;
        while (count > 1) {
            int best = 0;
            for (int i = 1; i < count - 1; i++) {
                best = ranks[i] < ranks[best] ? i : best;
            }
            int rank = ranks[best];
            if (rank == MergeTable.NONE) {
                break;
            }
            ids[best] = merges.result(rank);
            count--;
            for (int i = best + 1; i < count; i++) {
                ids[i] = ids[i + 1];
                ranks[i] = ranks[i + 1];
            }
            if (best > 0) {
                ranks[best - 1] = merges.rank(ids[best - 1], ids[best]);
            }
            if (best + 1 < count) {
                ranks[best] = merges.rank(ids[best], ids[best + 1]);
            }
        }
        return count;
    }
}
