package inkling.tokenizer.bpe;

import java.util.Arrays;

/// Merges a long piece without trying every pair again after each merge. [GiantMerge] feeds it windows of giant
/// ones.
///
/// Candidates wait in one list for each rank. The lists are emptied from the lowest rank up, each from left to
/// right. In a vocabulary that was trained a merge only opens merges of higher ranks, so one walk over the
/// ranks does it; should a lower rank open after all, the rest of the list is put back. A candidate whose
/// neighbours have changed since is known by the rank now at its position.
final class LongMerge {
    private static final int KEPT_LENGTH = 1 << 16;
    private static final int NOTHING = -1;

    private final BpeModel model;
    private final MergeTable merges;
    private int[] ids = {};
    private int[] ranks = {};
    private int[] next = {};
    private int[] previous = {};
    private int[] heads = {};
    private long[] waiting = {};
    private int[] nodePositions = {};
    private int[] nodeNext = {};
    private int[] batch = {};
    private int nodes;
    private int lowest;
    private long lookUps;

    LongMerge(BpeModel model) {
        this.model = model;
        this.merges = model.merges();
    }

    /// Appends the ids of a piece.
    void encode(byte[] text, int from, int to, TokenBuffer out) {
        int length = to - from;
        prepare(text, from, length);
        for (int rank = nextRank(); rank != NOTHING; rank = nextRank()) {
            mergeAll(rank, collect(rank), length);
        }
        out.reserve(length);
        for (int i = 0; i < length; i = next[i]) {
            out.add(ids[i]);
        }
        if (ids.length > KEPT_LENGTH) {
            allocate(0);
        }
    }

    /// The pairs of neighbours looked up so far.
    long lookUps() {
        return lookUps;
    }

    private void prepare(byte[] text, int from, int length) {
        if (ids.length < length) {
            allocate(length);
        }
        if (heads.length == 0) {
            heads = new int[merges.ranks()];
            Arrays.fill(heads, NOTHING);
            waiting = new long[(merges.ranks() >> 6) + 1];
        }
        nodes = 0;
        lowest = 0;
        for (int i = 0; i < length; i++) {
            ids[i] = model.byteId(text[from + i]);
            next[i] = i + 1;
            previous[i] = i - 1;
        }
        for (int i = length - 1; i >= 0; i--) {
            offer(i, i + 1, length);
        }
    }

    private void allocate(int length) {
        ids = new int[length];
        ranks = new int[length];
        next = new int[length];
        previous = new int[length];
        nodePositions = new int[length];
        nodeNext = new int[length];
        batch = new int[length];
    }

    /// The lowest rank with candidates.
    private int nextRank() {
        for (int word = lowest >> 6; word < waiting.length; word++) {
            if (waiting[word] != 0) {
                lowest = (word << 6) + Long.numberOfTrailingZeros(waiting[word]);
                return lowest;
            }
        }
        return NOTHING;
    }

    /// Moves the candidates of a rank to the batch, from left to right; returns how many there are.
    private int collect(int rank) {
        int count = 0;
        for (int node = heads[rank]; node != NOTHING; node = nodeNext[node]) {
            if (ranks[nodePositions[node]] == rank) {
                batch[count++] = nodePositions[node];
            }
        }
        heads[rank] = NOTHING;
        waiting[rank >> 6] &= ~(1L << rank);
        boolean rising = true;
        boolean falling = true;
        for (int i = 1; i < count; i++) {
            rising &= batch[i - 1] <= batch[i];
            falling &= batch[i - 1] >= batch[i];
        }
        if (!rising && falling) {
            for (int i = 0, j = count - 1; i < j; i++, j--) {
                int position = batch[i];
                batch[i] = batch[j];
                batch[j] = position;
            }
        } else if (!rising) {
            Arrays.sort(batch, 0, count);
        }
        return count;
    }

    private void mergeAll(int rank, int count, int length) {
        for (int i = 0; i < count; i++) {
            int at = batch[i];
            if (ranks[at] == rank) {
                merge(at, rank, length);
                if (lowest < rank || heads[rank] != NOTHING) {
                    for (int rest = i + 1; rest < count; rest++) {
                        push(batch[rest], rank);
                    }
                    return;
                }
            }
        }
    }

    private void merge(int at, int rank, int length) {
        int gone = next[at];
        int after = next[gone];
        ids[at] = merges.result(rank);
        ranks[gone] = MergeTable.NONE;
        next[at] = after;
        if (after < length) {
            previous[after] = at;
        }
        offer(at, after, length);
        if (previous[at] >= 0) {
            offer(previous[at], at, length);
        }
    }

    private void offer(int at, int after, int length) {
        lookUps++;
        int rank = after < length ? merges.rank(ids[at], ids[after]) : MergeTable.NONE;
        ranks[at] = rank;
        if (rank != MergeTable.NONE) {
            push(at, rank);
        }
    }

    private void push(int at, int rank) {
        if (nodes == nodePositions.length) {
            nodePositions = Arrays.copyOf(nodePositions, 2 * nodes);
            nodeNext = Arrays.copyOf(nodeNext, 2 * nodes);
        }
        nodePositions[nodes] = at;
        nodeNext[nodes] = heads[rank];
        heads[rank] = nodes++;
        waiting[rank >> 6] |= 1L << rank;
        lowest = Math.min(lowest, rank);
    }
}
