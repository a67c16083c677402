package inkling.core.accounting;

import static org.assertj.core.api.Assertions.assertThat;

import inkling.core.device.counting.CountingKernels;
import inkling.core.nn.ModelConfig;
import inkling.core.nn.ModelPresets;
import inkling.core.nn.StepMemory;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The closed formulas and the program counted on the counting device agree, for every variant.
class ProgramCountTest {
    static List<ModelConfig> variants() {
        return Variants.all();
    }

    @ParameterizedTest
    @MethodSource("variants")
    void formulas_and_program_agree_on_parameters_and_flops(ModelConfig config) {
        Plan plan = Plan.of("variant", config);
        ProgramCount program = ProgramCount.of(config, 3);
        assertThat(program.parameters()).isEqualTo(plan.parameters().total().value());
        assertThat(program.flops()).isEqualTo(3 * 3 * plan.products().total().value());
        assertThat(program.executedFlops()).isEqualTo(Difference.executedFlops(plan, 3));
        assertThat(program.slabBytes()).isEqualTo(4 * RunMemory.slabBytes(config));
    }

    @Test
    void formulas_and_program_agree_on_the_named_models() {
        for (ModelPresets preset : ModelPresets.values()) {
            Plan plan = Plan.of(preset.label(), preset.config());
            ProgramCount program = ProgramCount.of(preset.config(), 2);
            assertThat(program.parameters()).isEqualTo(plan.parameters().total().value());
            assertThat(program.flops())
                    .isEqualTo(2 * 3 * plan.products().total().value());
        }
    }

    @ParameterizedTest
    @MethodSource("variants")
    void each_layer_adds_to_the_arena_what_the_formula_says(ModelConfig small) {
        ModelConfig config = Variants.withContext(small, 16); // every tensor of 16 rows ends at a multiple of 64 bytes
        long one = StepMemory.training(Variants.withLayers(config, 4), 1, 16, new CountingKernels());
        long more = StepMemory.training(Variants.withLayers(config, 12), 1, 16, new CountingKernels());
        assertThat((more - one) / 8.0)
                .isEqualTo(ProgramCount.of(config, 1).keptPerLayer().value());
    }

    @Test
    void the_program_holds_less_than_the_textbook_counts() {
        ModelConfig config = ModelPresets.TINYSTORIES.config();
        ProgramCount program = ProgramCount.of(config, 32);
        assertThat(program.totalBytes())
                .isLessThan(TrainingMemory.of(config, 256).bytes(32));
    }
}
