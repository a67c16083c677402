package inkling.core.nn;

import static org.assertj.core.api.Assertions.assertThat;

import inkling.core.device.Kernels;
import inkling.core.device.counting.CountingKernels;
import inkling.core.device.counting.KernelKind;
import inkling.core.device.reference.ReferenceKernels;
import inkling.core.ops.Tape;
import inkling.core.tensor.Ids;
import inkling.core.tensor.Parameters;
import inkling.core.tensor.Workspace;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A step takes exactly the memory that was planned for it, and costs what the formulas say.
class StepMemoryTest {
    private static final Ids IDS = Ids.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);

    @ParameterizedTest
    @MethodSource("inkling.core.nn.Variants#all")
    void a_planned_arena_is_large_enough_to_the_byte(ModelConfig config) {
        Kernels kernels = new ReferenceKernels();
        var declarations = new Parameters.Declarations();
        TransformerLm model = TransformerLm.declare(config, declarations);
        declarations.allocate(Arena.ofAuto()).initialize(1);

        Workspace training = planned(StepMemory.training(config, 2, 5, new CountingKernels()));
        model.lossAndGradients(Tape.recording(kernels, training), IDS, IDS, 2, 5, 1);
        assertPeak(training, StepMemory.training(config, 2, 5, new CountingKernels()));

        Workspace evaluation = planned(StepMemory.evaluation(config, 2, 5, new CountingKernels()));
        model.losses(Tape.inference(kernels, evaluation), IDS, IDS, 2, 5);
        assertPeak(evaluation, StepMemory.evaluation(config, 2, 5, new CountingKernels()));

        Workspace generation = planned(StepMemory.generation(config, 4, new CountingKernels()));
        KeyValueCache cache = KeyValueCache.allocate(Arena.ofAuto(), config, 6);
        model.next(Tape.inference(kernels, generation), IDS.slice(0, 4), cache);
        model.next(Tape.inference(kernels, generation), IDS.slice(4, 5), cache);
        assertPeak(generation, StepMemory.generation(config, 4, new CountingKernels()));
    }

    private static Workspace planned(long bytes) {
        return Workspace.allocate(Arena.ofAuto(), bytes);
    }

    private static void assertPeak(Workspace workspace, long expected) {
        assertThat(workspace.peakBytes()).isEqualTo(expected);
    }

    @Test
    void counted_flops_are_those_of_the_formulas() {
        ModelConfig config = ModelConfig.standard(10_000, 256, 512, 4, 16, 1344);
        CountingKernels counting = new CountingKernels();
        StepMemory.training(config, 8, 256, counting);
        long tokens = 8 * 256;
        long linear = 2L * tokens * (4L * (4L * 512 * 512 + 3L * 512 * 1344) + 512L * 10_000);
        assertThat(counting.count(KernelKind.MATMUL).flops()).isEqualTo(3 * linear);
        assertThat(counting.count(KernelKind.ATTENTION).flops()).isEqualTo(3 * 4L * 4 * tokens * 256 * 512);
        assertThat(counting.count(KernelKind.ATTENTION).executedFlops())
                .isEqualTo(4L * (4 + 10) * tokens * 257 * 512 / 2);
    }

    @Test
    void a_training_step_keeps_8_d_plus_3_f_floats_per_token_and_layer() {
        int dModel = 128;
        int width = 384;
        long shallow = perToken(ModelConfig.standard(64, 128, dModel, 4, 4, width));
        long deep = perToken(ModelConfig.standard(64, 128, dModel, 12, 4, width));
        long smallThings = 2 + 4; // two inverse norms, one log-sum-exp for each head
        assertThat(deep - shallow).isEqualTo(8 * 4L * (8 * dModel + 3 * width + smallThings));
    }

    private static long perToken(ModelConfig config) {
        return StepMemory.training(config, 16, 128, new CountingKernels()) / (16 * 128);
    }
}
