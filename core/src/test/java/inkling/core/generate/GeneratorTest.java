package inkling.core.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import inkling.core.device.Kernels;
import inkling.core.device.reference.ReferenceKernels;
import inkling.core.format.ModelConfigJson;
import inkling.core.format.SafetensorsFile;
import inkling.core.nn.ModelConfig;
import inkling.core.nn.TransformerLm;
import inkling.core.ops.Tape;
import inkling.core.tensor.Ids;
import inkling.core.tensor.Parameters;
import inkling.core.tensor.Tensor;
import inkling.core.tensor.Workspace;
import inkling.core.train.StepMemory;
import inkling.testkit.Npz;
import inkling.testkit.SharedData;
import inkling.tokenizer.BpeTrainer;
import inkling.tokenizer.ProgressListener;
import inkling.tokenizer.Tokenizer;
import inkling.tokenizer.TrainerOptions;
import inkling.tokenizer.json.JsonReader;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class GeneratorTest {
    private final Kernels kernels = new ReferenceKernels();
    private final Arena arena = Arena.ofAuto();

    private TransformerLm model(ModelConfig config) {
        var declarations = new Parameters.Declarations();
        TransformerLm model = TransformerLm.declare(config, declarations);
        declarations.allocate(arena).initialize(3);
        return model;
    }

    private static Sampler greedy() {
        return new Sampler(SamplingSpec.greedy(), new SplittableRandom(0));
    }

    private List<Integer> generate(TransformerLm model, int[] prompt, int tokens, Sampler sampler) {
        List<Integer> made = new ArrayList<>();
        try (Generator generator = new Generator(model, kernels)) {
            generator.generate(prompt, new Generator.Request(tokens, Set.of()), sampler, made::add);
        }
        return made;
    }

    /// The likeliest next token by a whole forward pass without a cache.
    private int likeliestNext(TransformerLm model, List<Integer> tokens) {
        int time = tokens.size();
        Ids ids = Ids.of(tokens.stream().mapToInt(Integer::intValue).toArray());
        Workspace workspace = Workspace.allocate(arena, 1 << 22);
        Tensor logits =
                model.logits(Tape.inference(kernels, workspace), ids, 1, time).value();
        return greedy().draw(logits.rows(time - 1, time));
    }

    @Test
    void cached_generation_equals_whole_forward_passes() {
        TransformerLm model = model(ModelConfig.standard(50, 32, 16, 2, 2, 24));
        List<Integer> tokens = new ArrayList<>(List.of(7, 30, 2));
        List<Integer> made = generate(model, new int[] {7, 30, 2}, 25, greedy());
        for (int token : made) {
            assertThat(token).isEqualTo(likeliestNext(model, tokens));
            tokens.add(token);
        }
        assertThat(made).hasSize(25);
    }

    @Test
    void beyond_the_context_the_newer_half_is_read_again() {
        TransformerLm model = model(ModelConfig.standard(50, 8, 16, 1, 2, 24));
        List<Integer> window = new ArrayList<>(List.of(1, 2, 3, 4, 5, 6));
        List<Integer> made = generate(model, new int[] {9, 9, 9, 1, 2, 3, 4, 5, 6}, 40, greedy());
        window.addAll(0, List.of(9, 9)); // of a long prompt the last 8 tokens are read
        for (int token : made) {
            assertThat(token).isEqualTo(likeliestNext(model, window));
            if (window.size() == 8) {
                window = new ArrayList<>(window.subList(5, 8));
            }
            window.add(token);
        }
        assertThat(made).hasSize(40);
    }

    @Test
    void the_same_seed_gives_the_same_tokens() {
        TransformerLm model = model(ModelConfig.standard(50, 32, 16, 1, 2, 24));
        var spec = new SamplingSpec(1.2, 0, 0.95);
        int[] prompt = {5};
        List<Integer> first = generate(model, prompt, 30, new Sampler(spec, new SplittableRandom(4)));
        assertThat(generate(model, prompt, 30, new Sampler(spec, new SplittableRandom(4))))
                .isEqualTo(first);
        assertThat(generate(model, prompt, 30, new Sampler(spec, new SplittableRandom(5))))
                .isNotEqualTo(first);
    }

    @Test
    void generation_ends_at_a_stop_token_at_the_length_or_when_cancelled() {
        TransformerLm model = model(ModelConfig.standard(50, 32, 16, 1, 2, 24));
        List<Integer> made = generate(model, new int[] {5}, 10, greedy());
        int third = made.get(2);
        int before = made.indexOf(third);
        try (Generator generator = new Generator(model, kernels)) {
            List<Integer> heard = new ArrayList<>();
            var stop = new Generator.Request(10, Set.of(third));
            assertThat(generator.generate(new int[] {5}, stop, greedy(), heard::add))
                    .isEqualTo(Generator.End.STOP_TOKEN);
            assertThat(heard).isEqualTo(made.subList(0, before));
            var request = new Generator.Request(10, Set.of());
            assertThat(generator.generate(new int[] {5}, request, greedy(), _ -> true))
                    .isEqualTo(Generator.End.LENGTH);
            assertThat(generator.generate(new int[] {5}, request, greedy(), _ -> false))
                    .isEqualTo(Generator.End.CANCELLED);
            assertThatThrownBy(() -> generator.generate(new int[0], request, greedy(), _ -> true))
                    .hasMessageContaining("the prompt has no token");
            assertThatThrownBy(() -> generator.generate(new int[] {50}, request, greedy(), _ -> true))
                    .hasMessageContaining("the prompt has token 50");
        }
    }

    @Test
    void streamed_text_never_splits_a_character() {
        byte[] corpus = "ü€😀 aé<|endoftext|>".repeat(3).getBytes(StandardCharsets.UTF_8);
        var options = TrainerOptions.of(258).withSpecialTokens(List.of(TextGenerator.END_OF_TEXT));
        Tokenizer tokenizer =
                new BpeTrainer(options).train(corpus, ProgressListener.NONE).tokenizer();
        TransformerLm model = model(ModelConfig.standard(tokenizer.vocabularySize(), 16, 16, 1, 2, 24));
        try (Generator generator = new Generator(model, kernels)) {
            List<String> parts = new ArrayList<>();
            var wild = new Sampler(new SamplingSpec(5, 0, 1), new SplittableRandom(11));
            var result = new TextGenerator(generator, tokenizer).generate("ü", 200, wild, parts::add);
            assertThat(result.promptTokens()).isPositive();
            assertThat(parts).isNotEmpty().allSatisfy(part -> assertThat(part).isNotEmpty());
            String whole = String.join("", parts);
            assertThat(new String(whole.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
                    .isEqualTo(whole);
        }
    }

    @Test
    void the_published_checkpoint_gives_the_published_logits() throws IOException {
        ModelConfig config =
                ModelConfigJson.read(JsonReader.read(SharedData.path("fixtures/cs336/ckpt/model_config.json")));
        var declarations = new Parameters.Declarations();
        TransformerLm model = TransformerLm.declare(config, declarations);
        SafetensorsFile.map(SharedData.path("fixtures/cs336/ckpt/model.safetensors"), arena)
                .load(declarations.allocate(arena).stateDict());
        Npz fixture = Npz.read("fixtures/cs336/lm/lm.npz");
        Ids ids = Ids.of(fixture.integers("ids"));
        Workspace workspace = Workspace.allocate(arena, 2 * StepMemory.evaluation(config, 3, 16));
        Tensor logits =
                model.logits(Tape.inference(kernels, workspace), ids, 3, 16).value();
        double[] expected = fixture.doubles("logits64");
        double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) logits.get(i)).isCloseTo(expected[i], within(3e-6 * largest));
        }
    }
}
