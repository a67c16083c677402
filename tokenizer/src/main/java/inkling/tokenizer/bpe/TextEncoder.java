package inkling.tokenizer.bpe;

import inkling.tokenizer.split.PieceScanner;

/// Encodes text that holds no special tokens: split, then look up or merge each piece. Has a cache and belongs
/// to one thread at a time.
public final class TextEncoder {
    private static final int ENDS = 2048;

    private final BpeModel model;
    private final PieceScanner scanner;
    private final PieceCache cache = new PieceCache();
    private final ShortMerge shortMerge;
    private final LongMerge longMerge;
    private final int[] ends = new int[ENDS];

    @SuppressWarnings("UnusedVariable") // only written, so that the reading of cache entries is not optimised away
    private long touched;

    /// A fresh encoder with an empty cache.
    public TextEncoder(BpeModel model) {
        this.model = model;
        this.scanner = model.pattern().scanner();
        this.shortMerge = new ShortMerge(model);
        this.longMerge = new LongMerge(model);
    }

    /// Appends the ids of a text; stops early once there are `limit` ids or more.
    ///
    /// @return where it stopped; everything before is encoded
    public int encode(byte[] text, int from, int to, TokenBuffer out, int limit) {
        int at = from;
        while (at < to && out.size() < limit) {
            int count = scanner.scan(text, at, to, ends);
            for (int first = 0; first < count && out.size() < limit; first += PieceCache.BATCH) {
                int size = Math.min(PieceCache.BATCH, count - first);
                encodeBatch(text, at, first, size, out);
                at = ends[first + size - 1];
            }
        }
        return at;
    }

    private void encodeBatch(byte[] text, int from, int first, int count, TokenBuffer out) {
        touched += cache.prepare(text, from, ends, first, count); // kept, or the compiler would drop the reading
        int done = 0;
        while (true) {
            out.reserve(PieceCache.MAX_IDS * (count - done));
            done = cache.emit(done, count, out);
            if (done == count) {
                return;
            }
            int before = out.size();
            int start = done == 0 ? from : ends[first + done - 1];
            merge(text, start, ends[first + done], out);
            cache.put(done, out.ids(), before, out.size() - before);
            done++;
        }
    }

    private void merge(byte[] text, int from, int to, TokenBuffer out) {
        if (model.wholePiecesFirst()) {
            int id = model.vocabulary().find(text, from, to);
            if (id >= 0) {
                out.add(id);
                return;
            }
        }
        if (to - from <= ShortMerge.MAX_LENGTH) {
            shortMerge.encode(text, from, to, out);
        } else {
            longMerge.encode(text, from, to, out);
        }
    }
}
