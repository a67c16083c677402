package inkling.tokenizer.bpe;

import static org.assertj.core.api.Assertions.assertThat;

import inkling.tokenizer.split.SplitPattern;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// A rank file's merges by bytes, beside those by a table of all cuts of all tokens.
final class BytesMergeTest {

    @Test
    void merging_by_bytes_equals_merging_by_the_table() {
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            BpeModel model = randomModel(random, 1 + random.nextInt(80));
            BytesMerge byBytes = new BytesMerge(model.vocabulary());
            assertThat(model.hasMerges()).isFalse();
            for (int i = 0; i < 20; i++) {
                byte[] piece = word(random, 1 + random.nextInt(ShortMerge.MAX_LENGTH));
                TokenBuffer bytes = new TokenBuffer(1);
                byBytes.encode(piece, 0, piece.length, bytes);
                TokenBuffer table = new TokenBuffer(1);
                new ShortMerge(model).encode(piece, 0, piece.length, table);
                assertThat(bytes.toArray()).as("seed %d", seed).isEqualTo(table.toArray());
            }
        }
    }

    @Test
    void an_encoder_gives_the_same_ids_before_and_after_it_has_a_table() {
        BpeModel model = randomModel(new Random(1), 60);
        TextEncoder encoder = new TextEncoder(model);
        for (int seed = 0; seed < 6_000; seed++) {
            byte[] piece = word(new Random(seed), 16 + seed % 40);
            TokenBuffer ids = new TokenBuffer(1);
            encoder.encode(piece, 0, piece.length, ids, Integer.MAX_VALUE);
            BpeModel ready = model.withSpecials(List.of());
            assertThat(ready.hasMerges()).isTrue();
            TokenBuffer expected = new TokenBuffer(1);
            new TextEncoder(ready).encode(piece, 0, piece.length, expected, Integer.MAX_VALUE);
            assertThat(ids.toArray()).as("seed %d", seed).isEqualTo(expected.toArray());
        }
    }

    @Test
    void special_tokens_are_no_ways_to_cut() {
        TokenList tokens = bytes();
        tokens.put(256, "ab".getBytes(StandardCharsets.US_ASCII), true);
        BpeModel model =
                BpeModel.ofRanks(new Vocabulary(tokens), List.of(new SpecialToken("ab", 256)), SplitPattern.Known.GPT2);
        assertThat(model.merges().size()).isZero();
    }

    private static BpeModel randomModel(Random random, int tokens) {
        TokenList list = bytes();
        Set<String> known = new HashSet<>();
        for (int id = 256; id < 256 + tokens; id++) {
            byte[] token = word(random, 2 + random.nextInt(6));
            if (known.add(new String(token, StandardCharsets.US_ASCII))) {
                list.put(id, token, false);
            }
        }
        return BpeModel.ofRanks(new Vocabulary(list), List.of(), SplitPattern.Known.GPT2);
    }

    private static TokenList bytes() {
        TokenList list = new TokenList();
        for (int b = 0; b < 256; b++) {
            list.put(b, new byte[] {(byte) b}, false);
        }
        return list;
    }

    private static byte[] word(Random random, int length) {
        byte[] word = new byte[length];
        for (int i = 0; i < length; i++) {
            word[i] = (byte) ('a' + random.nextInt(3));
        }
        return word;
    }
}
