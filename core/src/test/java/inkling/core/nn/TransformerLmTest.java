package inkling.core.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import inkling.core.device.Kernels;
import inkling.core.device.counting.CountingKernels;
import inkling.core.device.reference.ReferenceKernels;
import inkling.core.ops.Tape;
import inkling.core.tensor.Ids;
import inkling.core.tensor.Parameters;
import inkling.core.tensor.ShapeException;
import inkling.core.tensor.Workspace;
import inkling.testkit.Garbage;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What a whole model promises besides its numbers: names, sizes, no garbage, clear refusals.
class TransformerLmTest {
    private static Parameters virtual(ModelConfig config) {
        var declarations = new Parameters.Declarations();
        TransformerLm.declare(config, declarations);
        return declarations.virtual();
    }

    @ParameterizedTest
    @MethodSource("inkling.core.nn.Variants#all")
    void the_number_of_parameters_is_that_of_the_formula(ModelConfig config) {
        long d = config.dModel();
        long attention = 2 * d * d + 2 * d * config.numKeyValueHeads() * config.headWidth();
        long feedForward = (config.feedForward() instanceof FeedForwardSpec.SwiGlu ? 3 : 2)
                * d
                * config.feedForward().width();
        boolean normed = config.norm() instanceof NormSpec.Rms;
        long gains = normed ? config.numLayers() * 2L * d + (config.placement() == NormPlacement.PRE ? d : 0) : 0;
        long tables = (config.tiedHead() ? 1 : 2) * d * config.vocabularySize();
        assertThat(virtual(config).count()).isEqualTo(tables + gains + config.numLayers() * (attention + feedForward));
    }

    @Test
    void gpt2_xl_has_the_parameters_of_the_handout() {
        assertThat(virtual(ModelConfig.standard(50_257, 1024, 1600, 48, 25, 4288))
                        .count())
                .isEqualTo(1_640_452_800L);
    }

    @Test
    void parameters_have_the_official_names() {
        assertThat(virtual(ModelConfig.standard(7, 4, 4, 1, 1, 3)).stateDict().keySet())
                .containsExactlyInAnyOrder(
                        "token_embeddings.weight",
                        "layers.0.attn.q_proj.weight",
                        "layers.0.attn.k_proj.weight",
                        "layers.0.attn.v_proj.weight",
                        "layers.0.attn.output_proj.weight",
                        "layers.0.ln1.weight",
                        "layers.0.ffn.w1.weight",
                        "layers.0.ffn.w2.weight",
                        "layers.0.ffn.w3.weight",
                        "layers.0.ln2.weight",
                        "ln_final.weight",
                        "lm_head.weight");
    }

    @Test
    void a_step_of_twelve_layers_makes_less_than_64_kib_of_garbage() {
        ModelConfig config = ModelConfig.standard(31, 2, 4, 12, 1, 3);
        // the processor's vector kernels allocate until they are compiled, the reference hardly ever
        try (Kernels kernels = new ReferenceKernels()) {
            var declarations = new Parameters.Declarations();
            TransformerLm model = TransformerLm.declare(config, declarations);
            declarations.allocate(Arena.ofAuto()).initialize(1);
            long bytes = StepMemory.training(config, 2, 2, new CountingKernels());
            Tape tape = Tape.recording(kernels, Workspace.allocate(Arena.ofAuto(), bytes));
            Ids ids = Ids.of(new int[4]);
            long garbage = Garbage.bytes(5, () -> model.lossAndGradients(tape, ids, ids, 2, 2, 1));
            assertThat(garbage).isLessThan(64 << 10);
        }
    }

    @Test
    void wrong_sizes_are_refused_before_anything_is_computed() {
        SmallModel small = SmallModel.of(ModelConfig.standard(7, 4, 4, 1, 1, 3), new ReferenceKernels());
        Ids ids = Ids.of(1, 2, 3, 4, 5, 6);
        assertThatThrownBy(() -> small.model().logits(small.inference(), ids, 2, 4))
                .isInstanceOf(ShapeException.class)
                .hasMessage("model: 6 token ids as 2 sequences of 4, with a context length of 4");
        assertThatThrownBy(() -> small.model().logits(small.inference(), ids, 1, 6))
                .isInstanceOf(ShapeException.class);
    }

    @Test
    void a_cache_knows_its_limits() {
        SmallModel small = SmallModel.of(ModelConfig.standard(7, 4, 4, 1, 1, 3), new ReferenceKernels());
        ModelConfig config = small.model().config();
        assertThatThrownBy(() -> KeyValueCache.allocate(Arena.ofAuto(), config, 5))
                .hasMessage("key/value cache: capacity 5, expected 1 to the context length 4");
        KeyValueCache cache = KeyValueCache.allocate(Arena.ofAuto(), config, 4);
        small.model().next(small.inference(), Ids.of(1, 2, 3), cache);
        assertThatThrownBy(() -> small.model().next(small.inference(), Ids.of(1, 2), cache))
                .hasMessage("key/value cache: 2 more tokens do not fit, 3 of 4 places are taken");
        assertThat(cache.length()).isEqualTo(3);
        cache.truncate(1);
        small.model().next(small.inference(), Ids.of(2), cache);
        assertThat(cache.length()).isEqualTo(2);
        assertThatThrownBy(() -> cache.truncate(3)).hasMessageContaining("cannot truncate 2 tokens to 3");
    }

    @Test
    void impossible_configurations_are_refused_in_words() {
        assertThatThrownBy(() -> ModelConfig.standard(7, 4, 10, 1, 3, 3))
                .hasMessage("3 heads do not divide the model width 10");
        assertThatThrownBy(() -> ModelConfig.standard(7, 4, 9, 1, 3, 3)).hasMessageContaining("is odd");
        assertThatThrownBy(() -> ModelConfig.standard(0, 4, 8, 1, 2, 3))
                .hasMessage("the vocabulary size is 0, expected at least 1");
        assertThatThrownBy(() -> ModelConfig.standard(7, 4, 8, 1, 2, 0)).hasMessageContaining("feed-forward width");
    }
}
