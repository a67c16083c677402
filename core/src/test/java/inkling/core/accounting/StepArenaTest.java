package inkling.core.accounting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import inkling.core.device.counting.CountingKernels;
import inkling.core.nn.FeedForwardSpec;
import inkling.core.nn.ModelConfig;
import inkling.core.nn.ModelPresets;
import inkling.core.nn.StepMemory;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// The closed formula of the step arena against the arena of the real program, to the byte.
class StepArenaTest {
    private static void compare(ModelConfig config, int sequences, int time) {
        StepArena arena = new StepArena(config, sequences, time);
        String what = sequences + " × " + time + " " + config;
        long training = StepMemory.training(config, sequences, time, new CountingKernels());
        assertThat(arena.trainingBytes()).as(what).isEqualTo(training);
        assertThat(arena.evaluationBytes())
                .as(what)
                .isEqualTo(StepMemory.evaluation(config, sequences, time, new CountingKernels()));
        long listed = Difference.activations(config, sequences, time).stream()
                .mapToLong(Difference::program)
                .sum();
        assertThat(listed).as(what).isEqualTo(training);
    }

    @Test
    void formula_and_arena_agree_for_every_variant() {
        for (ModelConfig config : Variants.all()) {
            for (int time : new int[] {1, 5, 7}) {
                compare(config, 1, time);
                compare(Variants.withLayers(config, 2), 3, time);
            }
        }
    }

    @Test
    void formula_and_arena_agree_at_random_sizes() {
        var random = new SplittableRandom(11);
        for (ModelConfig variant : Variants.all()) {
            for (int i = 0; i < 10; i++) {
                int width = random.nextInt(1, 200);
                FeedForwardSpec feedForward = switch (variant.feedForward()) {
                    case FeedForwardSpec.SwiGlu _ -> new FeedForwardSpec.SwiGlu(width);
                    case FeedForwardSpec.Silu _ -> new FeedForwardSpec.Silu(width);
                };
                ModelConfig config = Variants.withFeedForward(variant, feedForward)
                        .withVocabularySize(random.nextInt(1, 3_000))
                        .withContextLength(64);
                compare(Variants.withLayers(config, random.nextInt(1, 5)), random.nextInt(1, 5), random.nextInt(1, 64));
            }
        }
    }

    @Test
    void formula_and_arena_agree_for_the_named_models() {
        for (ModelPresets preset : ModelPresets.values()) {
            for (int sequences : List.of(1, 8, 32)) {
                compare(preset.config(), sequences, preset.config().contextLength());
            }
        }
    }

    @Test
    void shapes_beyond_tensors_are_refused() {
        ModelConfig config = ModelPresets.DEMO.config();
        assertThatThrownBy(() -> new StepArena(config, 1 << 24, 256)).isInstanceOf(ArithmeticException.class);
    }
}
