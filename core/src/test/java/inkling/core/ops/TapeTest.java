package inkling.core.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import inkling.core.device.HeadLayout;
import inkling.core.device.reference.ReferenceKernels;
import inkling.core.tensor.Ids;
import inkling.core.tensor.Initializer;
import inkling.core.tensor.Parameter;
import inkling.core.tensor.Parameters;
import inkling.core.tensor.ShapeException;
import inkling.core.tensor.Tensor;
import inkling.core.tensor.Workspace;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;

/// The tape's rules: memory comes back, inputs are never changed, mistakes are named.
class TapeTest {
    private final Workspace workspace = poisoned(1 << 12);
    private final Tape recording = Tape.recording(new ReferenceKernels(), workspace);
    private final Tape inference = Tape.inference(new ReferenceKernels(), workspace);
    private final Tensor x = Tensor.of(new float[] {1, 2, 3, 4}, 1, 4);

    /// A workspace full of NaN, so that reading before writing shows.
    static Workspace poisoned(int floats) {
        Workspace workspace = Workspace.allocate(Arena.ofAuto(), 4L * floats);
        Tensor all = workspace.take(floats);
        for (int i = 0; i < floats; i++) {
            all.set(i, Float.NaN);
        }
        workspace.reset();
        return workspace;
    }

    @Test
    void a_constant_receives_no_gradient() {
        Variable constant = recording.constant(x);
        Variable y = Silu.apply(recording, constant);
        recording.backward(y, x);
        assertThat(constant.hasGradient()).isFalse();
        assertThat(workspace.bytesInUse()).isZero();
    }

    @Test
    void an_operation_nobody_uses_is_skipped_and_its_memory_comes_back() {
        Variable input = recording.input(x);
        Softmax.apply(recording, input);
        Variable y = Silu.apply(recording, input);
        recording.backward(y, x);
        assertThat(workspace.bytesInUse()).isEqualTo(64);
    }

    @Test
    void gradients_of_parameters_are_added_up_over_several_backward_passes() {
        var declarations = new Parameters.Declarations();
        Parameter weight = declarations.matrix("w", new Initializer.Constant(1), 1, 4);
        declarations.allocate(Arena.ofAuto()).initialize(1);
        for (int pass = 0; pass < 2; pass++) {
            recording.reset();
            Variable y = LinearMap.apply(recording, recording.constant(x), weight);
            recording.backward(y);
        }
        assertThat(weight.gradient().toArray()).containsExactly(2, 4, 6, 8);
    }

    @Test
    void an_operation_in_place_leaves_given_inputs_alone_and_closes_others() {
        HeadLayout heads = new HeadLayout(1, 0, 4);
        Tensor angles = Tensor.of(new float[] {0, 1, 0, 1}, 1, 4);
        Ids positions = Ids.of(0);
        Variable given = recording.input(x);
        Variable once = Rotation.apply(recording, given, angles, positions, heads);
        assertThat(given.value().toArray()).containsExactly(1, 2, 3, 4);
        assertThat(once.value().toArray()).containsExactly(-2, 1, -4, 3);
        Variable twice = Rotation.apply(recording, once, angles, positions, heads);
        assertThat(twice.value().toArray()).containsExactly(-1, -2, -3, -4);
        assertThatThrownBy(once::value)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("overwritten");
    }

    @Test
    void a_variable_that_was_read_cannot_be_changed_in_place() {
        Variable y = Silu.apply(recording, recording.input(x));
        Silu.apply(recording, y);
        HeadLayout heads = new HeadLayout(1, 0, 4);
        assertThatThrownBy(() -> Rotation.apply(recording, y, x, Ids.of(0), heads))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("(1, 4) is read by another operation");
    }

    @Test
    void inference_keeps_what_is_asked_for_and_nothing_else() {
        int mark = inference.mark();
        Variable a = Silu.apply(inference, inference.constant(x));
        Variable b = Softmax.apply(inference, a);
        inference.keepOnly(b, mark);
        assertThat(workspace.bytesInUse()).isEqualTo(64);
        assertThat(b.value().get(0)).isNotNaN();
        inference.keepOnly(b, mark);
        assertThat(workspace.bytesInUse()).isEqualTo(64);
        inference.reset();
        assertThat(workspace.bytesInUse()).isZero();
    }

    @Test
    void an_inference_tape_has_no_backward_pass() {
        assertThatThrownBy(inference::backward).hasMessageContaining("records nothing");
        assertThatThrownBy(() -> Attention.cached(recording, recording.input(x), x, x, 0, new HeadLayout(1, 1, 1)))
                .hasMessageContaining("inference tape");
    }

    @Test
    void wrong_shapes_name_the_operation_and_both_shapes() {
        Tensor other = Tensor.of(new float[] {1, 2}, 1, 2);
        assertThatThrownBy(() -> Add.apply(recording, recording.input(x), recording.input(other)))
                .isInstanceOf(ShapeException.class)
                .hasMessage("add: b is (1, 2), expected (1, 4)");
        assertThatThrownBy(() -> recording.backward(recording.input(x), other)).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> MaskedAttention.apply(
                        recording, recording.input(x), recording.input(other), recording.input(x), null))
                .hasMessageContaining("k is (1, 2)");
        assertThatThrownBy(() -> LanguageModelLoss.apply(recording, recording.input(x), parameter(), Ids.of(0, 1), 1))
                .hasMessage("loss: 2 targets for 1 rows");
    }

    private static Parameter parameter() {
        var declarations = new Parameters.Declarations();
        Parameter weight = declarations.matrix("w", new Initializer.Constant(1), 3, 4);
        declarations.allocate(Arena.ofAuto());
        return weight;
    }
}
