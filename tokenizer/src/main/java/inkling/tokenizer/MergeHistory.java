package inkling.tokenizer;

import inkling.tokenizer.bpe.BpeModel;
import inkling.tokenizer.bpe.MergeTable;
import java.util.Optional;

/// Tells how a tokenizer puts its tokens together, for pages and people; encoding has faster ways.
///
/// ```
/// MergeHistory history = new MergeHistory(tokenizer);
/// Optional<TokenMerge> last = history.lastMerge(id); // asked again for both parts: the merge tree of the token
/// ```
///
/// The merges inside a part are those of the part alone, so the answers for a token and for its parts make one tree.
public final class MergeHistory {
    /// Longer tokens have no answer: the plain way taken here is quadratic.
    private static final int MAX_BYTES = 1 << 10;

    private final Tokenizer tokenizer;
    private final BpeModel model;

    /// The history of a tokenizer's tokens.
    public MergeHistory(Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
        this.model = tokenizer.model();
    }

    /// The last of the merges that make a token out of its bytes; empty for single bytes, for special tokens, and
    /// for tokens that no merges lead to.
    ///
    /// @throws IllegalArgumentException if there is no token of that id
    public Optional<TokenMerge> lastMerge(int id) {
        byte[] bytes = tokenizer.tokenBytes(id);
        if (bytes.length > MAX_BYTES) {
            return Optional.empty();
        }
        int[] parts = new int[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            parts[i] = model.vocabulary().find(bytes, i, i + 1);
        }
        Optional<TokenMerge> last = Optional.empty();
        for (int count = parts.length; count > 1; count--) {
            int best = lowest(parts, count);
            int rank = model.merges().rank(parts[best], parts[best + 1]);
            if (rank == MergeTable.NONE) {
                return Optional.empty();
            }
            last = Optional.of(new TokenMerge(rank, parts[best], parts[best + 1]));
            parts[best] = model.merges().result(rank);
            System.arraycopy(parts, best + 2, parts, best + 1, count - best - 2);
        }
        return parts[0] == id ? last : Optional.empty();
    }

    private int lowest(int[] parts, int count) {
        int best = 0;
        for (int i = 1; i + 1 < count; i++) {
            if (model.merges().rank(parts[i], parts[i + 1]) < model.merges().rank(parts[best], parts[best + 1])) {
                best = i;
            }
        }
        return best;
    }
}
