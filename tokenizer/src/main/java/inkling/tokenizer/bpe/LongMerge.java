package inkling.tokenizer.bpe;

import java.util.Arrays;

/// Merges a piece of any length, a megabyte without a space included, with a queue of candidate merges.
///
/// A candidate is one `long`, `rank << 32 | position`, so that the smallest is the leftmost of the lowest
/// rank. Candidates are not removed when a
/// neighbour changes; they are recognised as stale when they come up because the rank at their position is
/// another one.
final class LongMerge {
    private final BpeModel model;
    private final MergeTable merges;
    private int[] ids = new int[0];
    private int[] ranks = new int[0];
    private int[] next = new int[0];
    private int[] previous = new int[0];
    private long[] heap = new long[0];
    private int heapSize;

    LongMerge(BpeModel model) {
        this.model = model;
        this.merges = model.merges();
    }

    /// Appends the ids of a piece.
    void encode(byte[] text, int from, int to, TokenBuffer out) {
        int length = to - from;
        prepare(text, from, length);
        while (heapSize > 0) {
            long candidate = pop();
            int at = (int) candidate;
            int rank = (int) (candidate >>> 32);
            if (ranks[at] == rank) {
                merge(at, rank, length);
            }
        }
        for (int i = 0; i < length; i = next[i]) {
            out.add(ids[i]);
        }
        if (ids.length > 1 << 16) {
            release();
        }
    }

    private void prepare(byte[] text, int from, int length) {
        if (ids.length < length) {
            ids = new int[length];
            ranks = new int[length];
            next = new int[length];
            previous = new int[length];
            heap = new long[length];
        }
        heapSize = 0;
        for (int i = 0; i < length; i++) {
            ids[i] = model.byteId(text[from + i]);
            next[i] = i + 1;
            previous[i] = i - 1;
        }
        for (int i = 0; i < length; i++) {
            ranks[i] = i + 1 < length ? merges.rank(ids[i], ids[i + 1]) : MergeTable.NONE;
            if (ranks[i] != MergeTable.NONE) {
                heap[heapSize++] = (long) ranks[i] << 32 | i;
            }
        }
        for (int i = heapSize / 2 - 1; i >= 0; i--) {
            siftDown(i, heap[i]);
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
        int rank = after < length ? merges.rank(ids[at], ids[after]) : MergeTable.NONE;
        ranks[at] = rank;
        if (rank != MergeTable.NONE) {
            push((long) rank << 32 | at);
        }
    }

    private void push(long candidate) {
        if (heapSize == heap.length) {
            heap = Arrays.copyOf(heap, 2 * heap.length);
        }
        int at = heapSize++;
        while (at > 0 && heap[(at - 1) >> 1] > candidate) {
            heap[at] = heap[(at - 1) >> 1];
            at = (at - 1) >> 1;
        }
        heap[at] = candidate;
    }

    private long pop() {
        long top = heap[0];
        heapSize--;
        if (heapSize > 0) {
            siftDown(0, heap[heapSize]);
        }
        return top;
    }

    private void siftDown(int start, long candidate) {
        int at = start;
        while (true) {
            int child = 2 * at + 1;
            if (child >= heapSize) {
                break;
            }
            if (child + 1 < heapSize && heap[child + 1] < heap[child]) {
                child++;
            }
            if (heap[child] >= candidate) {
                break;
            }
            heap[at] = heap[child];
            at = child;
        }
        heap[at] = candidate;
    }

    private void release() {
        ids = new int[0];
        ranks = new int[0];
        next = new int[0];
        previous = new int[0];
        heap = new long[0];
    }
}
