package inkling.core.ops;

import inkling.core.device.AttentionShape;
import inkling.core.device.HeadLayout;
import inkling.core.tensor.Ids;
import inkling.core.tensor.Initializer;
import inkling.core.tensor.Parameter;
import inkling.core.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every operation's derivative, alone and where its input is used a second time, equals central differences.
class OperationGradientTest {
    private static final Initializer NORMAL = new Initializer.TruncatedNormal(1, 3);

    private final GradientCheck check = new GradientCheck(1);

    @Test
    void linear_map() {
        Parameter weight = check.declarations().matrix("w", NORMAL, 5, 4);
        check.input(2, 3, 4).check((tape, in) -> LinearMap.apply(tape, in.get(0), weight));
    }

    @Test
    void linear_map_added_to_a_residual() {
        Parameter weight = check.declarations().matrix("w", NORMAL, 5, 4);
        check.input(3, 5).input(3, 4).check((tape, in) -> LinearMap.addTo(tape, in.get(0), in.get(1), weight));
    }

    @Test
    void linear_map_added_to_its_own_input() {
        Parameter weight = check.declarations().matrix("w", NORMAL, 4, 4);
        check.input(3, 4).check((tape, in) -> LinearMap.addTo(tape, in.get(0), in.get(0), weight));
    }

    @Test
    void table_lookup_with_a_repeated_id() {
        Parameter table = check.declarations().matrix("e", NORMAL, 6, 3);
        Ids ids = Ids.of(2, 5, 2, 0);
        check.check((tape, _) -> TableLookup.apply(tape, ids, table));
    }

    @Test
    void rms_scaling() {
        Parameter gain = check.declarations().vector("g", NORMAL, 6);
        check.input(4, 6).check((tape, in) -> RmsScaling.apply(tape, in.get(0), gain, 1e-5f));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void rotation(int keyValueHeads) {
        HeadLayout heads = new HeadLayout(2, keyValueHeads, 4);
        Tensor angles = angles(9, 4);
        Ids positions = Ids.of(0, 3, 8);
        check.input(3, heads.fusedWidth())
                .check((tape, in) -> Rotation.apply(tape, in.get(0), angles, positions, heads));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void attention(int keyValueHeads) {
        HeadLayout heads = new HeadLayout(4, keyValueHeads, 2);
        check.input(2 * 3, heads.fusedWidth())
                .check((tape, in) -> Attention.apply(tape, in.get(0), new AttentionShape(2, 3, heads)));
    }

    @Test
    void gated_silu() {
        check.input(3, 8).check((tape, in) -> GatedSilu.apply(tape, in.get(0)));
    }

    @Test
    void silu() {
        check.input(3, 5).check((tape, in) -> Silu.apply(tape, in.get(0)));
    }

    @Test
    void add() {
        check.input(3, 5).input(3, 5).check((tape, in) -> Add.apply(tape, in.get(0), in.get(1)));
    }

    @Test
    void softmax() {
        check.input(2, 3, 5).check((tape, in) -> Softmax.apply(tape, in.get(0)));
    }

    @Test
    void log_softmax() {
        check.input(2, 3, 5).check((tape, in) -> LogSoftmax.apply(tape, in.get(0)));
    }

    @Test
    void cross_entropy() {
        Ids targets = Ids.of(4, 0, 0, 2, 1, 3);
        check.input(2, 3, 5).check((tape, in) -> CrossEntropy.apply(tape, in.get(0), targets));
    }

    @Test
    void attention_with_any_mask() {
        boolean[] mask = {true, false, true, false, true, true};
        check.input(2, 2, 4)
                .input(2, 3, 4)
                .input(2, 3, 5)
                .check((tape, in) ->
                        MaskedAttention.apply(tape, in.get(0), in.get(1), in.get(2), MaskedAttention.mask(mask, 2, 3)));
    }

    @Test
    void attention_with_a_mask_for_each_item_and_a_query_that_sees_nothing() {
        boolean[] mask = {true, false, true, true, false, false, false, true};
        check.input(2, 2, 4)
                .input(2, 2, 4)
                .input(2, 2, 3)
                .check((tape, in) -> MaskedAttention.apply(
                        tape, in.get(0), in.get(1), in.get(2), MaskedAttention.mask(mask, 2, 2, 2)));
    }

    @Test
    void a_variable_that_several_operations_read_collects_all_their_gradients() {
        Parameter weight = check.declarations().matrix("w", NORMAL, 4, 4);
        Parameter gain = check.declarations().vector("g", NORMAL, 4);
        check.input(3, 4).check((tape, in) -> {
            Variable x = LinearMap.apply(tape, in.get(0), weight);
            Variable scaled = RmsScaling.apply(tape, x, gain, 1e-5f);
            Variable sum = Add.apply(tape, Silu.apply(tape, x), Softmax.apply(tape, x));
            Variable more = Add.apply(tape, LogSoftmax.apply(tape, x), LinearMap.addTo(tape, scaled, x, weight));
            return Add.apply(tape, Add.apply(tape, sum, more), x);
        });
    }

    @Test
    void a_variable_added_to_itself_counts_twice() {
        Parameter weight = check.declarations().matrix("w", NORMAL, 4, 4);
        check.input(3, 4).check((tape, in) -> {
            Variable x = LinearMap.apply(tape, in.get(0), weight);
            return Silu.apply(tape, Add.apply(tape, x, x));
        });
    }

    @Test
    void a_gradient_written_over_a_value_may_be_handed_on() {
        Parameter weight = check.declarations().matrix("w", NORMAL, 8, 4);
        HeadLayout heads = new HeadLayout(2, 0, 4);
        Tensor angles = angles(3, 4);
        Ids positions = Ids.of(0, 1, 2);
        check.input(3, 4).input(3, 8).check((tape, in) -> {
            Variable x = LinearMap.apply(tape, in.get(0), weight);
            Variable rotated = Rotation.apply(tape, Add.apply(tape, x, in.get(1)), angles, positions, heads);
            return GatedSilu.apply(tape, rotated);
        });
    }

    private static Tensor angles(int positions, int width) {
        float[] values = new float[positions * width];
        for (int i = 0; i < values.length; i += 2) {
            values[i] = (float) Math.cos(0.3 * i);
            values[i + 1] = (float) Math.sin(0.3 * i);
        }
        return Tensor.of(values, positions, width);
    }
}
