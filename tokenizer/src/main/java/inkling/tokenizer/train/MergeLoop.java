package inkling.tokenizer.train;

import inkling.tokenizer.bpe.BpeModel;
import inkling.tokenizer.bpe.MergeTable;
import inkling.tokenizer.bpe.SpecialToken;
import inkling.tokenizer.bpe.TokenList;
import inkling.tokenizer.bpe.Vocabulary;
import inkling.tokenizer.normal.Normalization;
import inkling.tokenizer.split.SplitPattern;
import inkling.tokenizer.utf8.Utf8;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;

/// Learns merges from counted pieces: the most frequent pair of neighbours becomes one symbol, and so on.
///
/// All distinct pieces lie in one array with separators between, one cell for each byte. A symbol of several
/// bytes is written in its first and in its last cell, so that the neighbours of a position are found from
/// the symbols' lengths alone, without links. Only the places where the merged pair stands are visited, and
/// only the counts around them change.
public final class MergeLoop {
    private static final int SEPARATOR = -1;
    private static final int INSIDE = -2;

    private final Symbols symbols = new Symbols();
    private final PairTable pairs = new PairTable();
    private final PairQueue queue;
    private final int[] cells;
    private final int[] pieceOf;
    private final long[] weights;
    private final List<int[]> merges = new ArrayList<>();
    private int[] touched = new int[64];
    private int touchedCount;

    /// Indexes the pairs of all pieces.
    public MergeLoop(PieceCounts pieces, TieOrder ties) {
        this.queue = new PairQueue(pairs, symbols, ties);
        this.weights = new long[pieces.size()];
        this.cells = new int[Math.addExact(pieces.byteCount(), pieces.size() + 1)];
        this.pieceOf = new int[cells.length];
        layOut(pieces);
        index();
    }

    private void layOut(PieceCounts pieces) {
        int[] symbolOf = symbols.ofBytes();
        int at = 0;
        cells[at++] = SEPARATOR;
        for (int piece = 0; piece < pieces.size(); piece++) {
            weights[piece] = pieces.count(piece);
            int end = pieces.start(piece + 1);
            for (int i = pieces.start(piece); i < end; i++) {
                pieceOf[at] = piece;
                cells[at++] = symbolOf[pieces.bytes()[i] & 0xFF];
            }
            cells[at++] = SEPARATOR;
        }
    }

    private void index() {
        int[] frequency = new int[1 << 16];
        for (int at = 1; at + 1 < cells.length; at++) {
            if (cells[at] >= 0 && cells[at + 1] >= 0) {
                frequency[cells[at] << 8 | cells[at + 1]]++;
            }
        }
        int[] indexOf = new int[1 << 16];
        for (int pair = 0; pair < frequency.length; pair++) {
            if (frequency[pair] > 0) {
                indexOf[pair] = pairs.index(pair >> 8, pair & 0xFF);
                pairs.reservePositions(indexOf[pair], frequency[pair]);
            }
        }
        for (int at = 1; at + 1 < cells.length; at++) {
            if (cells[at] >= 0 && cells[at + 1] >= 0) {
                int pair = indexOf[cells[at] << 8 | cells[at + 1]];
                pairs.addCount(pair, weights[pieceOf[at]]);
                pairs.addPosition(pair, at);
            }
        }
        for (int pair = 0; pair < pairs.size(); pair++) {
            queue.offer(pair);
        }
    }

    /// Merges until there are `symbolCount` symbols or no pair occurs `minimum` times any more.
    ///
    /// @param progress hears the number of merges after each
    public void run(int symbolCount, long minimum, LongConsumer progress) {
        while (symbols.size() < symbolCount) {
            int pair = queue.poll(Math.max(1, minimum));
            if (pair < 0) {
                return;
            }
            merge(pair);
            progress.accept(merges.size());
        }
    }

    private void merge(int pair) {
        int left = pairs.left(pair);
        int right = pairs.right(pair);
        int joined = symbols.join(left, right);
        merges.add(new int[] {left, right, joined});
        int[] positions = pairs.takePositions(pair);
        if (left == right) {
            Arrays.sort(positions); // runs such as "aaaa" are merged from the left
        }
        int leftLength = symbols.length(left);
        touchedCount = 0;
        for (int position : positions) {
            if (cells[position] == left && cells[position + leftLength] == right) {
                mergeAt(position, left, right, joined);
            }
        }
        pairs.clearCount(pair);
        for (int i = 0; i < touchedCount; i++) {
            if (touched[i] != pair) {
                queue.offer(touched[i]);
            }
        }
    }

    private void mergeAt(int position, int left, int right, int joined) {
        long weight = weights[pieceOf[position]];
        int rightPosition = position + symbols.length(left);
        int end = rightPosition + symbols.length(right);
        int before = cells[position - 1];
        int after = cells[end];
        if (before >= 0) {
            pairs.addCount(pairs.index(before, left), -weight);
            increase(before, joined, position - symbols.length(before), weight);
        }
        if (after >= 0) {
            pairs.addCount(pairs.index(right, after), -weight);
            increase(joined, after, position, weight);
        }
        cells[rightPosition] = INSIDE;
        cells[position] = joined;
        cells[end - 1] = joined;
    }

    private void increase(int left, int right, int position, long weight) {
        int pair = pairs.index(left, right);
        pairs.addCount(pair, weight);
        pairs.addPosition(pair, position);
        if (pairs.touch(pair, merges.size())) {
            if (touchedCount == touched.length) {
                touched = Arrays.copyOf(touched, 2 * touchedCount);
            }
            touched[touchedCount++] = pair;
        }
    }

    /// The number of merges learnt.
    public int mergeCount() {
        return merges.size();
    }

    /// The learnt tokenizer: special tokens get the first ids, then come the 256 bytes, then the merges.
    public BpeModel model(List<String> specials, SplitPattern pattern) {
        int first = specials.size();
        TokenList tokens = new TokenList();
        List<SpecialToken> specialTokens = new ArrayList<>();
        for (int id = 0; id < first; id++) {
            tokens.put(id, Utf8.bytes(specials.get(id)), true);
            specialTokens.add(new SpecialToken(specials.get(id), id));
        }
        for (int symbol = 0; symbol < symbols.size(); symbol++) {
            tokens.put(first + symbol, symbols.bytes(symbol), false);
        }
        int[] results = new int[merges.size()];
        MergeTable table = new MergeTable(merges.size(), results);
        for (int rank = 0; rank < results.length; rank++) {
            int[] merge = merges.get(rank);
            results[rank] = first + merge[2];
            table.add(first + merge[0], first + merge[1], rank);
        }
        return new BpeModel(new Vocabulary(tokens), table, specialTokens, pattern, false, Normalization.NONE);
    }
}
