package inkling.tokenizer.bpe;

import static org.assertj.core.api.Assertions.assertThat;

import inkling.testkit.SharedData;
import inkling.tokenizer.format.TokenizerFiles;
import inkling.tokenizer.normal.Normalization;
import inkling.tokenizer.split.SplitPattern;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Giant pieces: the ids of plain merging, and work in proportion to the length. Work is counted, not timed.
final class GiantMergeTest {
    private static final String LETTERS = "abcd";
    private static final int MEGABYTE = 1 << 20;

    @Test
    void windows_give_the_ids_of_merging_all_at_once() {
        for (int seed = 0; seed < 400; seed++) {
            Random random = new Random(seed);
            BpeModel model = randomModel(random, 4 + random.nextInt(60));
            byte[] text = randomText(random, 1 + random.nextInt(400), 1 + random.nextInt(4));
            int window = 1 + random.nextInt(12);
            assertThat(encode(new GiantMerge(model, window), text))
                    .as("seed %d", seed)
                    .isEqualTo(naive(model, text));
        }
    }

    @Test
    void windows_join_in_a_published_vocabulary() throws IOException {
        for (String name : List.of("r50k_base", "cl100k_base", "o200k_base")) {
            BpeModel model = published(name);
            for (byte[] kind : kinds(new Random(3), 100_003)) {
                TokenBuffer whole = new TokenBuffer(16);
                new LongMerge(model).encode(kind, 0, kind.length, whole);
                assertThat(encode(new GiantMerge(model), kind)).isEqualTo(whole.toArray());
            }
        }
    }

    @Test
    void work_grows_with_the_length_and_not_faster() throws IOException {
        for (String name : List.of("r50k_base", "o200k_base")) {
            BpeModel model = published(name);
            for (byte[] kind : kinds(new Random(4), 8 * MEGABYTE)) {
                double perByte = lookUps(model, kind, MEGABYTE);
                assertThat(perByte).isLessThan(4);
                for (int megabytes : new int[] {2, 4, 8}) {
                    assertThat(lookUps(model, kind, megabytes * MEGABYTE)).isBetween(0.98 * perByte, 1.02 * perByte);
                }
            }
        }
    }

    private static double lookUps(BpeModel model, byte[] text, int length) {
        GiantMerge merge = new GiantMerge(model);
        merge.encode(text, 0, length, new TokenBuffer(length));
        return merge.lookUps() / (double) length;
    }

    private static List<byte[]> kinds(Random random, int length) {
        byte[] letters = new byte[length];
        for (int i = 0; i < length; i++) {
            letters[i] = (byte) ('a' + random.nextInt(26));
        }
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return List.of(repeated("a", length), letters, repeated("^", length), repeated(" ", length), bytes);
    }

    private static byte[] repeated(String text, int length) {
        return text.repeat(length).getBytes(StandardCharsets.US_ASCII);
    }

    private static BpeModel published(String name) throws IOException {
        return TokenizerFiles.read(SharedData.path("data/tokenizers/" + name + ".tiktoken.gz"), Optional.empty());
    }

    /// Merges of random tokens at random ranks, so that a merge may well open one of a lower rank.
    private static BpeModel randomModel(Random random, int merges) {
        TokenList tokens = new TokenList();
        for (int b = 0; b < 256; b++) {
            tokens.put(b, new byte[] {(byte) b}, false);
        }
        int[] results = new int[merges];
        MergeTable table = new MergeTable(merges, results);
        int[] ranks = random.ints(0, 1 << 20).distinct().limit(merges).toArray();
        int[] order = Arrays.stream(ranks).sorted().toArray();
        int id = 256;
        for (int i = 0; i < merges; i++) {
            byte[] left = part(random, tokens, id);
            byte[] right = part(random, tokens, id);
            byte[] both = Arrays.copyOf(left, left.length + right.length);
            System.arraycopy(right, 0, both, left.length, right.length);
            int known = find(tokens, both);
            if (known < 0) {
                tokens.put(id, both, false);
                known = id++;
            }
            int rank = Arrays.binarySearch(order, ranks[i]);
            results[rank] = known;
            table.add(find(tokens, left), find(tokens, right), rank);
        }
        return new BpeModel(
                new Vocabulary(tokens), table, List.of(), SplitPattern.Known.GPT2, false, Normalization.NONE);
    }

    private static byte[] part(Random random, TokenList tokens, int size) {
        boolean single = size == 256 || random.nextInt(3) == 0;
        return single
                ? new byte[] {(byte) LETTERS.charAt(random.nextInt(LETTERS.length()))}
                : tokens.bytes(256 + random.nextInt(size - 256));
    }

    private static int find(TokenList tokens, byte[] bytes) {
        for (int id = 0; id < tokens.size(); id++) {
            if (Arrays.equals(tokens.bytes(id), bytes)) {
                return id;
            }
        }
        return -1;
    }

    private static byte[] randomText(Random random, int length, int letters) {
        byte[] text = new byte[length];
        for (int i = 0; i < length; i++) {
            text[i] = (byte) LETTERS.charAt(random.nextInt(letters));
        }
        return text;
    }

    private static int[] encode(GiantMerge merge, byte[] text) {
        TokenBuffer ids = new TokenBuffer(16);
        merge.encode(text, 0, text.length, ids);
        return ids.toArray();
    }

    private static int[] naive(BpeModel model, byte[] text) {
        int[] ids = new int[text.length];
        Arrays.setAll(ids, i -> model.byteId(text[i]));
        int count = ids.length;
        while (true) {
            int best = -1;
            int lowest = MergeTable.NONE;
            for (int i = 0; i + 1 < count; i++) {
                int rank = model.merges().rank(ids[i], ids[i + 1]);
                if (rank < lowest) {
                    lowest = rank;
                    best = i;
                }
            }
            if (best < 0) {
                return Arrays.copyOf(ids, count);
            }
            ids[best] = model.merges().result(lowest);
            System.arraycopy(ids, best + 2, ids, best + 1, count - best - 2);
            count--;
        }
    }
}
