package inkling.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Parameters lie in two slabs, decayed ones first, under the names of checkpoints.
class ParametersTest {
    private final Parameters.Declarations declarations = new Parameters.Declarations();
    private final Parameter gain = declarations.vector("gain", new Initializer.Constant(1), 3);
    private final Parameter stacked = declarations.stacked(
            List.of(
                    new Parameter.Part("q", 2, Initializer.linear(5, 2)),
                    new Parameter.Part("k", 1, Initializer.linear(5, 1))),
            5);

    @Test
    void parts_of_a_stacked_parameter_are_its_rows() {
        Parameters parameters = declarations.allocate(Arena.ofAuto());
        parameters.initialize(3);
        assertThat(parameters.stateDict().keySet()).containsExactly("gain", "q", "k");
        assertThat(stacked.value(stacked.parts().get(1)).segment().address())
                .isEqualTo(stacked.value().rows(2, 3).segment().address());
        assertThat(parameters.count()).isEqualTo(18);
        assertThat(gain.value().toArray()).containsExactly(1, 1, 1);
    }

    @Test
    void groups_are_runs_of_the_slab() {
        Parameters parameters = declarations.allocate(Arena.ofAuto());
        gain.value().set(0, 7);
        assertThat(parameters.undecayed(parameters.values()).get(0)).isEqualTo(7);
        stacked.gradient().set(0, 8);
        assertThat(parameters.decayed(parameters.gradients()).get(0)).isEqualTo(8);
        assertThat(parameters.decayed(parameters.values()).size()
                        + parameters.undecayed(parameters.values()).size())
                .isEqualTo(parameters.values().size());
    }

    @Test
    void starting_values_depend_on_seed_and_name_alone() {
        Parameters parameters = declarations.allocate(Arena.ofAuto());
        parameters.initialize(3);
        float[] expected = stacked.value(stacked.parts().getFirst()).toArray();
        var others = new Parameters.Declarations();
        Parameter q = others.matrix("q", Initializer.linear(5, 2), 2, 5);
        others.allocate(Arena.ofAuto()).initialize(3);
        assertThat(q.value().toArray()).isEqualTo(expected);
        parameters.initialize(4);
        assertThat(stacked.value(stacked.parts().getFirst()).toArray()).isNotEqualTo(expected);
    }

    @Test
    void linear_weights_have_the_published_spread() {
        var large = new Parameters.Declarations();
        Parameter weight = large.matrix("w", Initializer.linear(300, 100), 100, 300);
        large.allocate(Arena.ofAuto()).initialize(1);
        double sum = 0;
        double largest = 0;
        for (float w : weight.value().toArray()) {
            sum += (double) w * w;
            largest = Math.max(largest, Math.abs(w));
        }
        double deviation = Math.sqrt(2.0 / 400);
        assertThat(Math.sqrt(sum / 30_000)).isBetween(0.96 * deviation, 1.01 * deviation);
        assertThat(largest).isLessThanOrEqualTo(3 * deviation);
    }

    @Test
    void a_parameter_without_memory_says_so() {
        assertThatThrownBy(stacked::value)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("q+k is declared but not yet allocated");
    }
}
