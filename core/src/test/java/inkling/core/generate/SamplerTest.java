package inkling.core.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import inkling.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class SamplerTest {
    private static Sampler sampler(double temperature, int topK, double topP) {
        return new Sampler(new SamplingSpec(temperature, topK, topP), new SplittableRandom(1));
    }

    private static Tensor logits(float... values) {
        return Tensor.of(values, 1, values.length);
    }

    private static List<Integer> support(double[] distribution) {
        List<Integer> ids = new ArrayList<>();
        for (int id = 0; id < distribution.length; id++) {
            if (distribution[id] > 0) {
                ids.add(id);
            }
        }
        return ids;
    }

    @Test
    void ties_keep_the_lower_id() {
        assertThat(support(sampler(1, 0, 0.5).distribution(logits(1, 2, 2, 2, 2))))
                .containsExactly(1, 2, 3);
        assertThat(support(sampler(1, 2, 1).distribution(logits(5, 7, 5, 5)))).containsExactly(0, 1);
        assertThat(sampler(0, 0, 1).draw(logits(1, 3, 3))).isEqualTo(1);
        assertThat(support(sampler(1, 1, 1).distribution(logits(-0f, 0f)))).containsExactly(0);
    }

    @Test
    void nucleus_applies_within_the_top_k() {
        // probabilities .4 .3 .2 .1; of the three likeliest, .4 and .3 are 78 %
        Tensor logits = logits((float) Math.log(.4), (float) Math.log(.3), (float) Math.log(.2), (float) Math.log(.1));
        assertThat(support(sampler(1, 3, 0.77).distribution(logits))).containsExactly(0, 1);
        assertThat(support(sampler(1, 3, 0.79).distribution(logits))).containsExactly(0, 1, 2);
    }

    @Test
    void draws_follow_the_distribution() {
        Tensor logits = logits(0.3f, -1, Float.NEGATIVE_INFINITY, 2);
        Sampler sampler = sampler(0.8, 0, 1);
        double[] expected = sampler.distribution(logits);
        int[] hits = new int[4];
        for (int i = 0; i < 100_000; i++) {
            hits[sampler.draw(logits)]++;
        }
        for (int id = 0; id < 4; id++) {
            assertThat(hits[id] / 100_000.0).isCloseTo(expected[id], within(0.01));
        }
        assertThat(hits[2]).isZero();
    }

    @Test
    void the_filter_before_the_sort_changes_nothing() {
        var random = new SplittableRandom(8);
        for (int round = 0; round < 200; round++) {
            float[] values = new float[50];
            for (int i = 0; i < values.length; i++) {
                values[i] = Math.round(random.nextDouble() * 12) / 2f;
            }
            double topP = 0.05 + 0.9 * random.nextDouble();
            double[] all = sampler(1, 0, 1).distribution(logits(values));
            double[] sorted =
                    Arrays.stream(all).map(p -> -p).sorted().map(p -> -p).toArray();
            int kept = 0;
            for (double sum = 0; sum < topP; kept++) {
                sum += sorted[kept];
            }
            assertThat(support(sampler(1, 0, topP).distribution(logits(values))))
                    .hasSize(kept);
        }
    }

    @Test
    void what_cannot_be_drawn_from_is_refused() {
        assertThatThrownBy(() -> sampler(1, 0, 1).draw(logits(1, Float.NaN)))
                .hasMessageContaining("the logit of token 1 is NaN");
        assertThatThrownBy(() -> sampler(1, 0, 1).draw(logits(Float.NEGATIVE_INFINITY)))
                .hasMessageContaining("all logits are minus infinity");
        assertThatThrownBy(() -> new SamplingSpec(-1, 0, 1)).hasMessageContaining("temperature is -1.0");
        assertThatThrownBy(() -> new SamplingSpec(1, -1, 1)).hasMessageContaining("top-k is -1");
        assertThatThrownBy(() -> new SamplingSpec(1, 0, 0)).hasMessageContaining("top-p is 0.0");
    }
}
