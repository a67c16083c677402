package inkling.core.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import inkling.tokenizer.BpeTrainer;
import inkling.tokenizer.ProgressListener;
import inkling.tokenizer.Tokenizer;
import inkling.tokenizer.TrainerOptions;
import inkling.tokenizer.split.SplitPattern;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The slow way, the example of the literature, and the real trainer agree.
class BpeByHandTest {
    private static final String EXAMPLE =
            "low low low low low lower lower widest widest widest newest newest newest " + "newest newest newest";

    @Test
    void example_of_the_handout_gives_its_six_merges() {
        List<BpeByHand.Round> rounds = BpeByHand.merge(EXAMPLE, Pattern.compile("\\S+"), 6);
        assertThat(rounds.stream()
                        .map(round ->
                                round.merged().left() + " " + round.merged().right()))
                .containsExactly("s t", "e st", "o w", "l ow", "w est", "n e");
        assertThat(rounds.getFirst().counts().getFirst().getValue()).isEqualTo(9);
    }

    @Test
    void the_trainer_learns_the_same_tokens() {
        String text = "the cat sat on the mat; the other cats chatted, äöü äöü aaaa";
        String gpt2 = SplitPattern.Known.GPT2.regex();
        List<BpeByHand.Round> rounds =
                BpeByHand.merge(text, Pattern.compile(gpt2, Pattern.UNICODE_CHARACTER_CLASS), 20);
        Tokenizer trained = new BpeTrainer(TrainerOptions.of(256 + 20).withSpecialTokens(List.of()))
                .train(text.getBytes(StandardCharsets.UTF_8), ProgressListener.NONE)
                .tokenizer();
        for (int i = 0; i < rounds.size(); i++) {
            BpeByHand.Pair pair = rounds.get(i).merged();
            assertThat(new String(trained.tokenBytes(256 + i), StandardCharsets.ISO_8859_1))
                    .isEqualTo(pair.left() + pair.right());
        }
    }
}
