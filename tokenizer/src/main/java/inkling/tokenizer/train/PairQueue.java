package inkling.tokenizer.train;

import java.util.Arrays;

/// The pairs by count, most frequent first, ties in the given order: a binary heap whose counts may be out of
/// date.
///
/// Counts only fall behind when a pair became rarer, so an outdated pair comes up too early and never too
/// late; [#poll] then puts it back with its true count. A pair that became more frequent is offered again.
final class PairQueue {
    private final PairTable pairs;
    private final Symbols symbols;
    private final TieOrder ties;
    private int[] heap = new int[1 << 12];
    private long[] counts = new long[1 << 12];
    private int size;

    PairQueue(PairTable pairs, Symbols symbols, TieOrder ties) {
        this.pairs = pairs;
        this.symbols = symbols;
        this.ties = ties;
    }

    /// Adds a pair with its present count.
    void offer(int pair) {
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, 2 * size);
            counts = Arrays.copyOf(counts, 2 * size);
        }
        siftUp(size++, pair, pairs.count(pair));
    }

    /// Takes the most frequent pair out, or returns -1 if none occurs at least `minimum` times.
    int poll(long minimum) {
        while (size > 0) {
            int pair = heap[0];
            long known = counts[0];
            long count = pairs.count(pair);
            if (known < minimum) {
                return -1;
            }
            size--;
            if (known == count) {
                if (size > 0) {
                    siftDown(heap[size], counts[size]);
                }
                return pair;
            }
            if (count >= minimum && count < known) {
                size++;
                siftDown(pair, count);
            } else if (size > 0) {
                siftDown(heap[size], counts[size]);
            }
        }
        return -1;
    }

    private boolean before(int pair, long count, int other, long otherCount) {
        if (count != otherCount) {
            return count > otherCount;
        }
        int left = pairs.left(pair);
        int otherLeft = pairs.left(other);
        int right = pairs.right(pair);
        int otherRight = pairs.right(other);
        return switch (ties) {
            case SMALLEST_IDS -> left != otherLeft ? left < otherLeft : right < otherRight;
            case GREATEST_BYTES -> {
                int order = symbols.compare(left, otherLeft);
                yield order != 0 ? order > 0 : symbols.compare(right, otherRight) > 0;
            }
        };
    }

    private void siftUp(int start, int pair, long count) {
        int at = start;
        while (at > 0) {
            int parent = (at - 1) >> 1;
            if (!before(pair, count, heap[parent], counts[parent])) {
                break;
            }
            heap[at] = heap[parent];
            counts[at] = counts[parent];
            at = parent;
        }
        heap[at] = pair;
        counts[at] = count;
    }

    private void siftDown(int pair, long count) {
        int at = 0;
        while (true) {
            int child = 2 * at + 1;
            if (child >= size) {
                break;
            }
            if (child + 1 < size && before(heap[child + 1], counts[child + 1], heap[child], counts[child])) {
                child++;
            }
            if (!before(heap[child], counts[child], pair, count)) {
                break;
            }
            heap[at] = heap[child];
            counts[at] = counts[child];
            at = child;
        }
        heap[at] = pair;
        counts[at] = count;
    }
}
