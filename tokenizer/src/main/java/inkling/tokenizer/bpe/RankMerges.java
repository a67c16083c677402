package inkling.tokenizer.bpe;

import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

/// The merges of a vocabulary that has only ranks: all ways to cut a token into two tokens. The rank of each is the
/// id it makes.
final class RankMerges implements Runnable {
    private final TokenParts parts;
    private final int from;
    private final int to;

    /// Left and right id in one number, then the id they make.
    private long[] pairs = new long[1 << 12];

    private int count;

    private RankMerges(Vocabulary vocabulary, int from, int to) {
        this.parts = new TokenParts(vocabulary);
        this.from = from;
        this.to = to;
    }

    /// The merges that make the ordinary tokens, looked for on two threads.
    static MergeTable of(Vocabulary vocabulary) {
        int ranks = vocabulary.size();
        RankMerges first = new RankMerges(vocabulary, 0, ranks / 2);
        RankMerges second = new RankMerges(vocabulary, ranks / 2, ranks);
        CompletableFuture<Void> other = CompletableFuture.runAsync(
                first,
                task -> Thread.ofPlatform().name("inkling-tokenizer-merges").start(task));
        second.run();
        other.join();
        int[] results = new int[vocabulary.size()];
        Arrays.setAll(results, id -> id);
        MergeTable table = new MergeTable((first.count + second.count) / 2, results);
        first.addTo(table);
        second.addTo(table);
        return table;
    }

    @Override
    public void run() {
        for (int id = from; id < to; id++) {
            int length = parts.take(id);
            if (length < 2 || parts.find(0, length) != id) {
                continue; // a single byte, a gap or a special token
            }
            for (int cut = 1; cut < length; cut++) {
                int left = parts.find(0, cut);
                int right = left < 0 ? -1 : parts.find(cut, length);
                if (right >= 0) {
                    add(left, right, id);
                }
            }
        }
    }

    private void add(int left, int right, int id) {
        if (count + 2 > pairs.length) {
            pairs = Arrays.copyOf(pairs, 2 * pairs.length);
        }
        pairs[count++] = (long) left << 32 | right;
        pairs[count++] = id;
    }

    private void addTo(MergeTable table) {
        for (int i = 0; i < count; i += 2) {
            table.add((int) (pairs[i] >>> 32), (int) pairs[i], (int) pairs[i + 1]);
        }
    }
}
