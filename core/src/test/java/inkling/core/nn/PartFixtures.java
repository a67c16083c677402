package inkling.core.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import inkling.core.device.HeadLayout;
import inkling.core.device.Kernels;
import inkling.core.ops.CrossEntropy;
import inkling.core.ops.LinearMap;
import inkling.core.ops.MaskedAttention;
import inkling.core.ops.RmsScaling;
import inkling.core.ops.Silu;
import inkling.core.ops.Softmax;
import inkling.core.ops.TableLookup;
import inkling.core.ops.Tape;
import inkling.core.ops.Variable;
import inkling.core.tensor.Ids;
import inkling.core.tensor.Initializer;
import inkling.core.tensor.Parameter;
import inkling.core.tensor.Tensor;
import inkling.testkit.Npz;
import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The published answers and gradients of every part of the model, on any device.
abstract class PartFixtures {
    private final Kernels kernels = kernels();

    /// The device under test.
    abstract Kernels kernels();

    @AfterEach
    void close() {
        kernels.close();
    }

    private Parts parts(String name) {
        return new Parts("nn/" + name, kernels);
    }

    @ParameterizedTest
    @ValueSource(strings = {"linear", "linear_1d_batch"})
    void linear(String name) {
        Parts parts = parts(name);
        Parameter weight = parts.matrix("weight");
        parts.check(List.of("x"), Map.of(), (tape, in) -> LinearMap.apply(tape, in.getFirst(), weight));
    }

    @Test
    void embedding() {
        Parts parts = parts("embedding");
        Parameter table = parts.matrix("weight");
        Ids ids = Ids.of(parts.fixture().integers("ids"));
        parts.check(List.of(), Map.of(), (tape, _) -> TableLookup.apply(tape, ids, table));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rmsnorm", "rmsnorm_large", "rmsnorm_small"})
    void rms_norm(String name) {
        Parts parts = parts(name);
        int width = parts.fixture().shape("weight")[0];
        Parameter gain = parts.declarations().vector("weight", new Initializer.Constant(1), width);
        parts.check(List.of("x"), Map.of(), (tape, in) -> RmsScaling.apply(tape, in.getFirst(), gain, 1e-5f));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rope", "rope_positions", "rope_theta500k"})
    void rope(String name) {
        Parts parts = parts(name);
        parts.check(List.of("x"), Map.of(), (tape, in) -> rotate(tape, in.getFirst(), parts.fixture()));
    }

    /// Rotates every row of `x (…, T, K)` as one head; positions repeat for all leading dimensions.
    private static Variable rotate(Tape tape, Variable x, Npz fixture) {
        int[] positions = fixture.integers("positions");
        int[] all = new int[x.value().rows()];
        int largest = 0;
        for (int i = 0; i < all.length; i++) {
            all[i] = positions[i % positions.length];
            largest = Math.max(largest, all[i]);
        }
        int width = x.value().columns();
        var rotary = new RotaryEmbedding(fixture.number("theta"), width, largest + 1);
        return rotary.rotate(tape, x, Ids.of(all), new HeadLayout(1, 0, width));
    }

    @Test
    void silu() {
        parts("silu").check(List.of("x"), Map.of(), (tape, in) -> Silu.apply(tape, in.getFirst()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sdpa_3d", "sdpa_4d", "sdpa_nomask"})
    void scaled_dot_product_attention(String name) {
        Parts parts = parts(name);
        Tensor mask = parts.fixture().has("mask") ? mask(parts.fixture()) : null;
        parts.check(
                List.of("q", "k", "v"),
                Map.of(),
                (tape, in) -> MaskedAttention.apply(tape, in.get(0), in.get(1), in.get(2), mask));
    }

    private static Tensor mask(Npz fixture) {
        int[] values = fixture.integers("mask");
        boolean[] mayAttend = new boolean[values.length];
        for (int i = 0; i < values.length; i++) {
            mayAttend[i] = values[i] != 0;
        }
        return MaskedAttention.mask(mayAttend, fixture.shape("mask"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"mha", "mha_rope", "mha_rope_odd"})
    void multi_head_self_attention(String name) {
        Parts parts = parts(name);
        int[] shape = parts.fixture().shape("x");
        double theta = parts.fixture().number("theta");
        ModelConfig config = new ModelConfig(
                1,
                shape[1],
                shape[2],
                1,
                parts.number("num_heads"),
                parts.number("num_heads"),
                new NormSpec.None(),
                NormPlacement.PRE,
                theta == 0 ? new PositionSpec.None() : new PositionSpec.Rope((float) theta),
                new FeedForwardSpec.Silu(1),
                false);
        RotaryEmbedding rotary =
                theta == 0 ? null : new RotaryEmbedding(theta, config.headWidth(), config.contextLength());
        var attention = new CausalSelfAttention(0, config, rotary, parts.declarations());
        parts.check(
                List.of("x"),
                Map.of(
                        "layers.0.attn.q_proj.weight",
                        "wq",
                        "layers.0.attn.k_proj.weight",
                        "wk",
                        "layers.0.attn.v_proj.weight",
                        "wv",
                        "layers.0.attn.output_proj.weight",
                        "wo"),
                (tape, in) -> attention.forward(tape, in.getFirst(), Tokens.Sequences.of(tape, shape[0], shape[1])));
    }

    @ParameterizedTest
    @ValueSource(strings = {"swiglu", "swiglu_odd", "silu_ffn", "silu_ffn_odd"})
    void feed_forward(String name) {
        Parts parts = parts(name);
        int[] shape = parts.fixture().shape("w1");
        ResidualLayer layer = parts.fixture().has("w3")
                ? new SwiGlu(0, shape[1], shape[0], parts.declarations())
                : new SiluFeedForward(0, shape[1], shape[0], parts.declarations());
        parts.check(
                List.of("x"),
                Map.of(
                        "layers.0.ffn.w1.weight", "w1",
                        "layers.0.ffn.w2.weight", "w2",
                        "layers.0.ffn.w3.weight", "w3"),
                (tape, in) -> layer.forward(tape, in.getFirst(), Tokens.Sequences.of(tape, 1, 1)));
    }

    @Test
    void pre_norm_block() {
        Parts parts = parts("block");
        int[] shape = parts.fixture().shape("x");
        int width = parts.fixture().shape("ffn.w1.weight")[0];
        ModelConfig config = ModelConfig.standard(1, shape[1], shape[2], 1, parts.number("num_heads"), width);
        Layer block = new LayerFactory(config, parts.declarations()).block(0);
        Map<String, String> names = new HashMap<>();
        parts.fixture().names().forEach(array -> names.put("layers.0." + array, array));
        assertThat((float) parts.fixture().number("theta")).isEqualTo(10_000f);
        parts.check(
                List.of("x"),
                names,
                (tape, in) -> block.forward(tape, in.getFirst(), Tokens.Sequences.of(tape, shape[0], shape[1])));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ce_2d", "ce_2d_x1000", "ce_3d", "ce_large_vocab"})
    void cross_entropy(String name) {
        Parts parts = parts(name);
        Ids targets = Ids.of(parts.fixture().integers("targets"));
        parts.check(List.of("logits"), Map.of(), (tape, in) -> CrossEntropy.apply(tape, in.getFirst(), targets));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5})
    void softmax(int number) {
        SoftmaxFixture.check(number, kernels);
    }

    @Test
    void official_answers_within_the_official_tolerances() {
        Tape tape = Tape.inference(kernels, SmallModel.poisoned(1 << 16));
        for (String name : List.of("sdpa_3d", "sdpa_4d")) {
            Parts parts = new Parts("official/" + name, kernels);
            Variable q = tape.constant(parts.tensor("q"));
            Variable k = tape.constant(parts.tensor("k"));
            Variable v = tape.constant(parts.tensor("v"));
            official(parts, "out", MaskedAttention.apply(tape, q, k, v, mask(parts.fixture())), 1e-5);
        }
        Parts rope = new Parts("official/rope", kernels);
        official(rope, "out", rotate(tape, tape.constant(rope.tensor("x")), rope.fixture()), 1e-5);
        Parts silu = new Parts("official/silu", kernels);
        official(silu, "out", Silu.apply(tape, tape.constant(silu.tensor("x"))), 1e-5);
        Parts softmax = new Parts("official/softmax", kernels);
        for (String x : List.of("x", "x_plus_100")) {
            official(softmax, "out", Softmax.apply(tape, tape.constant(softmax.tensor(x))), 1e-5);
        }
    }

    @Test
    void official_cross_entropy_and_norm() {
        Tape tape = Tape.inference(kernels, SmallModel.poisoned(1 << 16));
        Parts entropy = new Parts("official/cross_entropy", kernels);
        Ids targets = Ids.of(entropy.fixture().integers("targets"));
        Tensor logits = entropy.tensor("logits");
        official(entropy, "loss", CrossEntropy.apply(tape, tape.constant(logits), targets), 1e-4);
        kernels.scale(logits, 1000);
        official(entropy, "loss_x1000", CrossEntropy.apply(tape, tape.constant(logits), targets), 1e-4);

        Parts norm = new Parts("official/rmsnorm", kernels);
        int width = norm.fixture().shape("weight_recovered")[0];
        Parameter gain = norm.declarations().vector("g", new Initializer.Constant(1), width);
        norm.declarations().allocate(Arena.ofAuto());
        gain.value().copyFrom(norm.fixture().floats("weight_recovered"));
        official(norm, "out", RmsScaling.apply(tape, tape.constant(norm.tensor("x")), gain, 1e-5f), 1e-4);
    }

    private static void official(Parts parts, String array, Variable actual, double absolute) {
        double[] expected = parts.fixture().doubles(array);
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) actual.value().get(i))
                    .as("%s %d", array, i)
                    .isCloseTo(expected[i], within(absolute + 1e-4 * Math.abs(expected[i])));
        }
    }
}
