package inkling.tokenizer.bpe;

import inkling.tokenizer.split.PieceWalk;
import org.jspecify.annotations.Nullable;

/// Encodes text that holds no special tokens: split, then look up or merge each piece. Has a cache and belongs
/// to one thread at a time.
public final class TextEncoder {
    private static final int ENDS = 2048;
    private static final byte[] NO_TEXT = {};

    private final BpeModel model;
    private final PieceWalk pieces;
    private final PieceCache cache = new PieceCache();
    private final LongPieces longPieces = new LongPieces();
    private final TokenBuffer merged = new TokenBuffer(64);
    private final BytesMerge bytesMerge;
    private @Nullable ShortMerge shortMerge;
    private @Nullable GiantMerge giantMerge;
    private final int[] ends = new int[ENDS];

    /// A fresh encoder with an empty cache.
    public TextEncoder(BpeModel model) {
        this.model = model;
        this.pieces = model.pattern().walk();
        this.bytesMerge = new BytesMerge(model.vocabulary());
    }

    /// Appends the ids of a text; stops early once there are `limit` ids or more.
    ///
    /// @return where it stopped; everything before is encoded
    public int encode(byte[] text, int from, int to, TokenBuffer out, int limit) {
        int at = from;
        pieces.begin(text, from, to);
        while (at < to && out.size() < limit) {
            int count = pieces.next(ends);
            for (int first = 0; first < count && out.size() < limit; first += PieceCache.BATCH) {
                int size = Math.min(PieceCache.BATCH, count - first);
                encodeBatch(text, at, first, size, out);
                at = ends[first + size - 1];
            }
        }
        pieces.begin(NO_TEXT, 0, 0); // lets go of the text
        return at;
    }

    private void encodeBatch(byte[] text, int from, int first, int count, TokenBuffer out) {
        cache.prepare(text, from, ends, first, count);
        int unknown = cache.search();
        if (unknown > 0) {
            longPieces.makeRoom();
            for (int i = 0; i < unknown; i++) {
                int piece = cache.unknown(i);
                learn(text, piece, piece == 0 ? from : ends[first + piece - 1], ends[first + piece]);
            }
        }
        out.reserve(PieceCache.MAX_IDS * count);
        int done = cache.emit(0, count, out);
        while (done < count) {
            longPieces.emit(cache.longIndex(done), out);
            out.reserve(PieceCache.MAX_IDS * (count - done));
            done = cache.emit(done + 1, count, out);
        }
        cache.promote();
    }

    /// Finds the ids of a piece that the cache did not have.
    private void learn(byte[] text, int piece, int from, int to) {
        boolean fits = cache.fits(piece);
        if (fits && cache.searchAgain(piece)) {
            return;
        }
        int number = longPieces.find(text, from, to);
        if (number < 0) {
            merged.clear();
            merge(text, from, to, merged);
            if (fits && cache.put(piece, merged.ids(), 0, merged.size())) {
                return;
            }
            number = longPieces.put(text, from, to, merged.ids(), 0, merged.size());
        }
        cache.setLong(piece, number);
    }

    private void merge(byte[] text, int from, int to, TokenBuffer out) {
        if (model.wholePiecesFirst()) {
            int id = model.vocabulary().find(text, from, to);
            if (id >= 0) {
                out.add(id);
                return;
            }
        }
        if (to - from > ShortMerge.MAX_LENGTH) {
            giantMerge().encode(text, from, to, out);
        } else if (model.hasMerges() || bytesMerge.hadEnough()) {
            shortMerge().encode(text, from, to, out);
        } else {
            bytesMerge.encode(text, from, to, out);
        }
    }

    private ShortMerge shortMerge() {
        ShortMerge made = shortMerge;
        if (made == null) {
            made = new ShortMerge(model);
            shortMerge = made;
        }
        return made;
    }

    private GiantMerge giantMerge() {
        GiantMerge made = giantMerge;
        if (made == null) {
            made = new GiantMerge(model);
            giantMerge = made;
        }
        return made;
    }
}
