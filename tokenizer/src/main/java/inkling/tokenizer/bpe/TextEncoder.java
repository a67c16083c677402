package inkling.tokenizer.bpe;

import inkling.tokenizer.split.PieceScanner;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Encodes text that holds no special tokens: split, then look up or merge each piece. Has a cache and belongs
/// to one thread at a time.
public final class TextEncoder {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int BATCH = 256;

    private final BpeModel model;
    private final PieceScanner scanner;
    private final PieceCache cache = new PieceCache();
    private final ShortMerge shortMerge;
    private final LongMerge longMerge;
    private final int[] ends = new int[BATCH];

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
            out.reserve(PieceCache.MAX_IDS * count);
            for (int i = 0; i < count; i++) {
                int end = ends[i];
                encodePiece(text, at, end, out);
                at = end;
            }
        }
        return at;
    }

    private void encodePiece(byte[] text, int from, int to, TokenBuffer out) {
        int length = to - from;
        if (length > PieceCache.MAX_LENGTH) {
            merge(text, from, to, out);
            out.reserve(PieceCache.MAX_IDS * BATCH);
            return;
        }
        long low;
        long high = (long) length << 56;
        if (from + 16 <= text.length) {
            low = (long) LONG.get(text, from);
            if (length < 8) {
                low &= (1L << 8 * length) - 1;
            } else {
                high |= (long) LONG.get(text, from + 8) & (1L << 8 * (length - 8)) - 1;
            }
        } else {
            low = gather(text, from, Math.min(to, from + 8));
            high |= gather(text, from + 8, to);
        }
        if (!cache.emit(low, high, out)) {
            int before = out.size();
            merge(text, from, to, out);
            int count = out.size() - before;
            if (count <= PieceCache.MAX_IDS) {
                cache.put(low, high, out.ids(), before, count);
            } else {
                out.reserve(PieceCache.MAX_IDS * BATCH);
            }
        }
    }

    private static long gather(byte[] text, int from, int to) {
        long value = 0;
        for (int i = to - 1; i >= from; i--) {
            value = value << 8 | text[i] & 0xFF;
        }
        return value;
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
