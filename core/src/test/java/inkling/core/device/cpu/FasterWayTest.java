package inkling.core.device.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import inkling.core.device.KernelChecks.MatmulSize;
import inkling.core.device.Product;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FasterWayTest {
    private final FasterWay way = new FasterWay();

    @Test
    void takes_the_first_way_and_tries_the_other_now_and_then() {
        int question = way.question(7);
        assertThat(secondOf(question, 30, 10, 20)).isZero();
        assertThat(secondOf(question, 98, 10, 20)).isEqualTo(8);
        assertThat(secondOf(question, 640, 10, 20)).isEqualTo(20);
    }

    @Test
    void takes_the_second_way_once_it_has_shown_to_be_faster() {
        int question = way.question(7);
        assertThat(secondOf(question, 32, 20, 10)).isEqualTo(2);
        assertThat(secondOf(question, 96, 20, 10)).isEqualTo(90);
        assertThat(secondOf(question, 640, 20, 10)).isEqualTo(620);
    }

    @Test
    void a_small_lead_counts_from_the_first_comparison_on() {
        int question = way.question(7);
        assertThat(secondOf(question, 32, 105, 100)).isEqualTo(2);
        assertThat(secondOf(question, 96, 105, 100)).isEqualTo(90);
    }

    @Test
    void does_not_change_for_a_difference_that_may_be_chance() {
        assertThat(secondOf(way.question(7), 128, 102, 100)).isEqualTo(8);
    }

    @Test
    void changes_its_mind_when_the_other_way_turns_out_faster() {
        int question = way.question(7);
        secondOf(question, 200, 20, 1000); // not compiled yet
        assertThat(secondOf(question, 640, 20, 10)).isGreaterThan(300);
    }

    @Test
    void changes_its_mind_soon_if_only_the_first_calls_were_slow() {
        int question = way.question(7);
        secondOf(question, 32, 20, 1000);
        assertThat(secondOf(question, 256, 20, 10)).isGreaterThan(150);
    }

    /// What a call needs is in the wrong caches when the one before went the other way.
    @Test
    void does_not_count_what_the_change_itself_costs() {
        int question = way.question(7);
        boolean before = false;
        int right = 0;
        for (int i = 0; i < 500; i++) {
            boolean second = way.takesSecond(question);
            way.took(question, second, (second ? 100 : 110) + (second != before ? 50 : 0));
            before = second;
            right += i >= 64 && second ? 1 : 0;
        }
        assertThat(right).isGreaterThan(400);
    }

    /// On a machine that others use, times scatter and now and then one is short by luck: the shortest of many calls
    /// must not win over the few calls of a way that is faster.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void is_not_misled_by_a_lucky_time(boolean secondIsFaster) {
        int right = 0;
        for (int seed = 0; seed < 100; seed++) {
            var random = new SplittableRandom(seed);
            int question = way.question(1000 + seed);
            for (int i = 0; i < 1000; i++) {
                boolean second = way.takesSecond(question);
                double scatter = 1 + 0.05 * Math.abs(random.nextGaussian());
                double luck = random.nextInt(50) == 0 ? 0.85 : 1;
                way.took(question, second, (long) ((second == secondIsFaster ? 1e6 : 1.08e6) * scatter * luck));
                right += i >= 200 && second == secondIsFaster ? 1 : 0;
            }
        }
        assertThat(right).isGreaterThan(95 * 800);
    }

    @Test
    void each_size_has_an_answer_of_its_own_and_the_oldest_is_forgotten_for_a_new_one() {
        secondOf(way.question(1), 100, 20, 10);
        secondOf(way.question(2), 100, 10, 20);
        assertThat(way.takesSecond(way.question(1))).isTrue();
        assertThat(way.takesSecond(way.question(2))).isFalse();
        for (int size = 3; size < 100; size++) {
            boolean secondIsFaster = size % 2 == 0;
            secondOf(way.question(size), 100, 20, secondIsFaster ? 10 : 30);
            assertThat(way.takesSecond(way.question(size))).as("size %d", size).isEqualTo(secondIsFaster);
            assertThat(way.takesSecond(way.question(Math.max(3, size - 31))))
                    .as("the oldest after size %d", size)
                    .isEqualTo(size > 34 && size % 2 == 1);
        }
    }

    @Test
    void asks_anew_for_each_shape_and_each_kind_of_product() {
        var ways = new StringBuilder();
        for (int i = 0; i < 32; i++) {
            way.go(Product.TN, new MatmulSize(6, 7, 8), second -> ways.append(second ? "2" : "1"));
            way.go(Product.TN, new MatmulSize(7, 6, 8), second -> ways.append(second ? "b" : "a"));
            way.go(Product.NN, new MatmulSize(6, 7, 8), second -> ways.append(second ? "y" : "x"));
        }
        assertThat(ways).hasToString("1ax".repeat(30) + "2by2by");
    }

    /// How many of so many calls went the second way.
    private int secondOf(int question, int calls, long first, long second) {
        int count = 0;
        for (int i = 0; i < calls; i++) {
            boolean takesSecond = way.takesSecond(question);
            way.took(question, takesSecond, takesSecond ? second : first);
            count += takesSecond ? 1 : 0;
        }
        return count;
    }
}
