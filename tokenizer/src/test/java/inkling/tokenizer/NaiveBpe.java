package inkling.tokenizer;

import inkling.tokenizer.bpe.MergeTable;
import java.util.ArrayList;
import java.util.List;

/// Byte-pair encoding as the definition has it, without any cleverness: the specification of the fast merges.
final class NaiveBpe {
    private NaiveBpe() {}

    /// The ids of one piece.
    static int[] encodePiece(Tokenizer tokenizer, byte[] text, int from, int to) {
        List<Integer> ids = new ArrayList<>();
        for (int i = from; i < to; i++) {
            ids.add(tokenizer.model().vocabulary().find(text, i, i + 1));
        }
        MergeTable merges = tokenizer.model().merges();
        while (true) {
            int best = -1;
            int bestRank = MergeTable.NONE;
            for (int i = 0; i + 1 < ids.size(); i++) {
                int rank = merges.rank(ids.get(i), ids.get(i + 1));
                if (rank < bestRank) {
                    bestRank = rank;
                    best = i;
                }
            }
            if (best < 0) {
                return ids.stream().mapToInt(Integer::intValue).toArray();
            }
            ids.set(best, merges.result(bestRank));
            ids.subList(best + 1, best + 2).clear();
        }
    }
}
