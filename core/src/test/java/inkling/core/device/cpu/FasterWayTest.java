package inkling.core.device.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import inkling.core.device.KernelChecks.MatmulSize;
import inkling.core.device.Product;
import org.junit.jupiter.api.Test;

final class FasterWayTest {
    private final FasterWay way = new FasterWay();

    @Test
    void goes_both_ways_first_and_then_the_faster_one_but_for_a_few_calls() {
        int question = way.question(7);
        assertThat(secondOf(question, 8, 20, 10)).isEqualTo(4);
        assertThat(secondOf(question, 56, 20, 10)).isEqualTo(52);
        assertThat(secondOf(question, 640, 20, 10)).isEqualTo(630);
    }

    @Test
    void changes_its_mind_when_the_other_way_turns_out_faster() {
        int question = way.question(7);
        secondOf(question, 200, 20, 1000); // not compiled yet
        assertThat(secondOf(question, 640, 20, 10)).isGreaterThan(500);
    }

    @Test
    void changes_its_mind_soon_if_only_the_first_calls_were_slow() {
        int question = way.question(7);
        secondOf(question, 8, 20, 1000);
        assertThat(secondOf(question, 56, 20, 10)).isGreaterThan(40);
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
    void does_a_product_both_ways_in_turn_and_asks_anew_for_another_shape() {
        var ways = new StringBuilder();
        for (int i = 0; i < 3; i++) {
            way.go(Product.TN, new MatmulSize(6, 7, 8), second -> ways.append(second ? "2" : "1"));
            way.go(Product.TN, new MatmulSize(7, 6, 8), second -> ways.append(second ? "b" : "a"));
            way.go(Product.NN, new MatmulSize(6, 7, 8), second -> ways.append(second ? "y" : "x"));
        }
        assertThat(ways).hasToString("1ax2by1ax");
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
