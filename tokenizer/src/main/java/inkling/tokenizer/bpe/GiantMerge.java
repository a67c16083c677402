package inkling.tokenizer.bpe;

/// Merges a piece of any length, window by window, so that the work of each stays in the processor's caches.
///
/// After the ids of the text so far comes a window: the text of the last few ids once more, and the bytes that
/// follow. If its first id is what stood there before, the ids join. That is exact for any vocabulary: merges
/// always take the lowest rank, then the leftmost pair, and so do not depend on what lies behind a border that
/// none of them crosses; and whether one crosses the border between two ids is decided by these two alone. So a
/// list of ids is right as soon as every two neighbours are, which the window and the list before it each show
/// for theirs.
///
/// Should the first id differ, more of the text is taken again, and in the end all of it at once by [LongMerge].
final class GiantMerge {
    private static final int WINDOW = 1 << 13;
    private static final int REPEATED = 16;

    private final Vocabulary vocabulary;
    private final LongMerge merge;
    private final int window;
    private final TokenBuffer joined = new TokenBuffer(64);

    GiantMerge(BpeModel model) {
        this(model, WINDOW);
    }

    /// With windows of another size, for tests.
    GiantMerge(BpeModel model, int window) {
        this.window = window;
        this.vocabulary = model.vocabulary();
        this.merge = new LongMerge(model);
    }

    /// Appends the ids of a piece.
    void encode(byte[] text, int from, int to, TokenBuffer out) {
        int start = out.size();
        int done = Math.min(to, from + 2 * window);
        merge.encode(text, from, done, out);
        while (done < to) {
            int end = Math.min(to, done + window);
            if (!join(text, done, end, start, out)) {
                out.setSize(start);
                merge.encode(text, from, to, out);
                return;
            }
            done = end;
        }
    }

    /// The pairs of neighbours looked up so far, which is what time goes with.
    long lookUps() {
        return merge.lookUps();
    }

    private boolean join(byte[] text, int done, int end, int start, TokenBuffer out) {
        for (int repeated = REPEATED; repeated <= REPEATED << 4; repeated *= 4) {
            int first = Math.max(start, out.size() - repeated);
            int windowStart = done;
            for (int i = first; i < out.size(); i++) {
                windowStart -= vocabulary.length(out.ids()[i]);
            }
            joined.clear();
            merge.encode(text, windowStart, end, joined);
            if (first == start || joined.ids()[0] == out.ids()[first]) {
                out.setSize(first);
                out.addAll(joined);
                return true;
            }
        }
        return false;
    }
}
