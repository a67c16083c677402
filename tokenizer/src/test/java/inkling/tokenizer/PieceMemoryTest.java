package inkling.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import inkling.tokenizer.split.SplitPattern;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// What is remembered of earlier pieces must not show in the ids.
final class PieceMemoryTest {
    private static final int MAX_LETTERS = 24;

    @Test
    void remembered_pieces_have_the_ids_of_plain_merging() {
        sameIds(3_000, 5, 3);
    }

    @Test
    void ids_stay_right_when_there_are_more_pieces_than_can_be_remembered() {
        sameIds(430_000, 1, 2);
    }

    @Test
    void giant_pieces_between_short_ones_keep_their_ids() {
        Tokenizer tokenizer = SmallTokenizer.of(SplitPattern.Known.GPT2);
        String word = " fox" + "singing".repeat(40_000);
        byte[] text = (word + " fox" + word + " the fox").getBytes(StandardCharsets.UTF_8);
        int[] whole = tokenizer.encode(text, SpecialPolicy.TEXT);
        List<Integer> parts = new ArrayList<>();
        for (String part : List.of(word, " fox", word, " the", " fox")) {
            for (int id : tokenizer.withSpecialTokens(List.of()).encode(part)) {
                parts.add(id);
            }
        }
        assertThat(whole).isEqualTo(parts.stream().mapToInt(Integer::intValue).toArray());
    }

    private static void sameIds(int words, int repeats, int passes) {
        Tokenizer tokenizer = SmallTokenizer.of(SplitPattern.Known.GPT2);
        Random random = new Random(words);
        StringBuilder text = new StringBuilder();
        List<Integer> expected = new ArrayList<>();
        for (int i = 0; i < words; i++) {
            StringBuilder word = new StringBuilder(" ");
            int letters = 1 + random.nextInt(MAX_LETTERS);
            for (int j = 0; j < letters; j++) {
                word.append("foxsingtheowl".charAt(random.nextInt(13)));
            }
            byte[] piece = word.toString().getBytes(StandardCharsets.UTF_8);
            int[] ids = NaiveBpe.encodePiece(tokenizer, piece, 0, piece.length);
            for (int repeat = 0; repeat < repeats; repeat++) {
                text.append(word);
                for (int id : ids) {
                    expected.add(id);
                }
            }
        }
        int[] ids = expected.stream().mapToInt(Integer::intValue).toArray();
        byte[] utf8 = text.toString().getBytes(StandardCharsets.UTF_8);
        for (int pass = 0; pass < passes; pass++) {
            assertThat(tokenizer.encode(utf8, SpecialPolicy.TEXT)).isEqualTo(ids);
        }
    }
}
