package inkling.core.nn;

import static inkling.core.nn.Closeness.assertClose;
import static inkling.core.nn.Closeness.tolerance;
import static org.assertj.core.api.Assertions.assertThat;

import inkling.core.device.Kernels;
import inkling.core.ops.Tape;
import inkling.core.tensor.Ids;
import inkling.core.tensor.Tensor;
import inkling.testkit.Npz;
import inkling.testkit.SharedData;
import inkling.tokenizer.json.JsonPlace;
import inkling.tokenizer.json.JsonReader;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The published small language models on sequences shorter than their context, whole and token by token, on any
/// device.
abstract class LanguageModelFixtures {
    private final Kernels kernels = kernels();

    /// The device under test.
    abstract Kernels kernels();

    @AfterEach
    void close() {
        kernels.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"lm", "lm_norm_post", "lm_norm_none", "lm_nope", "lm_silu_ffn", "lm_tied"})
    void shorter_sequences_and_cached_generation_give_the_same_logits(String name) throws IOException {
        Npz fixture = Npz.read("fixtures/cs336/lm/" + name + ".npz");
        SmallModel small = SmallModel.of(config(name), kernels);
        load(small, fixture);
        int[] shape = fixture.shape("ids_truncated");
        Ids ids = Ids.of(fixture.integers("ids_truncated"));
        double tolerance = tolerance("lm/" + name, "logits");
        double[] expected = fixture.doubles("logits_truncated");
        Tensor whole =
                small.model().logits(small.inference(), ids, shape[0], shape[1]).value();
        assertClose("truncated", whole, expected, tolerance);

        Tape tape = small.inference();
        int vocabulary = small.model().config().vocabularySize();
        KeyValueCache cache =
                KeyValueCache.allocate(Arena.ofAuto(), small.model().config(), shape[1]);
        small.model().next(tape, ids.slice(0, 3), cache);
        for (int t = 3; t < shape[1]; t++) {
            Tensor next = small.model().next(tape, ids.slice(t, t + 1), cache);
            double[] row = Arrays.copyOfRange(expected, t * vocabulary, (t + 1) * vocabulary);
            assertClose("position " + t, next, row, tolerance);
        }
    }

    static void load(SmallModel small, Npz fixture) {
        assertThat(small.parameters().stateDict().keySet())
                .isEqualTo(Set.copyOf(fixture.names().stream()
                        .filter(name -> name.startsWith("w:"))
                        .map(name -> name.substring(2))
                        .toList()));
        for (Map.Entry<String, Tensor> parameter :
                small.parameters().stateDict().entrySet()) {
            parameter.getValue().copyFrom(fixture.floats("w:" + parameter.getKey()));
        }
    }

    private static ModelConfig config(String name) throws IOException {
        JsonPlace file = JsonReader.read(SharedData.path("fixtures/cs336/lm/" + name + ".json"));
        JsonPlace config = file.member("config");
        String norm =
                config.optional("norm").isPresent() ? config.member("norm").text() : "pre";
        int heads = integer(config, "num_heads");
        int dFf = integer(config, "d_ff");
        return new ModelConfig(
                integer(config, "vocab_size"),
                integer(config, "context_length"),
                integer(config, "d_model"),
                integer(config, "num_layers"),
                heads,
                heads,
                norm.equals("none") ? new NormSpec.None() : new NormSpec.Rms(1e-5f),
                norm.equals("post") ? NormPlacement.POST : NormPlacement.PRE,
                config.optional("position").isPresent()
                        ? new PositionSpec.None()
                        : new PositionSpec.Rope(
                                (float) config.member("rope_theta").number()),
                config.optional("ffn").isPresent() ? new FeedForwardSpec.Silu(dFf) : new FeedForwardSpec.SwiGlu(dFf),
                file.member("tied").truth());
    }

    private static int integer(JsonPlace config, String name) throws IOException {
        return config.member(name).integer(1, Integer.MAX_VALUE);
    }
}
