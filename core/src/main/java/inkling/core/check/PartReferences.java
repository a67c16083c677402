package inkling.core.check;

import inkling.core.device.HeadLayout;
import inkling.core.nn.CausalSelfAttention;
import inkling.core.nn.FeedForwardSpec;
import inkling.core.nn.Layer;
import inkling.core.nn.ModelConfig;
import inkling.core.nn.NormPlacement;
import inkling.core.nn.NormSpec;
import inkling.core.nn.PositionSpec;
import inkling.core.nn.PreNormBlock;
import inkling.core.nn.ResidualLayer;
import inkling.core.nn.RmsNorm;
import inkling.core.nn.RotaryEmbedding;
import inkling.core.nn.SiluFeedForward;
import inkling.core.nn.SwiGlu;
import inkling.core.nn.Tokens;
import inkling.core.ops.CrossEntropy;
import inkling.core.ops.LinearMap;
import inkling.core.ops.LogSoftmax;
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
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `nn/`: every part of the model, forward and all gradients.
final class PartReferences {
    private static final String FAMILY = "nn";
    private static final Map<String, String> ATTENTION_WEIGHTS = Map.of(
            "layers.0.attn.q_proj.weight", "wq",
            "layers.0.attn.k_proj.weight", "wk",
            "layers.0.attn.v_proj.weight", "wv",
            "layers.0.attn.output_proj.weight", "wo");
    private static final Map<String, String> FEED_FORWARD_WEIGHTS = Map.of(
            "layers.0.ffn.w1.weight", "w1",
            "layers.0.ffn.w2.weight", "w2",
            "layers.0.ffn.w3.weight", "w3");

    private final References references;

    /// How a part is compared.
    @FunctionalInterface
    private interface Part {
        void compare(PartCase part) throws IOException;
    }

    PartReferences(References references) {
        this.references = references;
    }

    void run() throws IOException {
        all(PartReferences::linear, "linear", "linear_1d_batch");
        all(PartReferences::embedding, "embedding");
        all(PartReferences::rmsNorm, "rmsnorm", "rmsnorm_large", "rmsnorm_small");
        all(PartReferences::rope, "rope", "rope_positions", "rope_theta500k");
        all(part -> part.compare(List.of("x"), Map.of(), (tape, in) -> Silu.apply(tape, in.getFirst())), "silu");
        all(PartReferences::attention, "sdpa_3d", "sdpa_4d", "sdpa_nomask");
        all(PartReferences::selfAttention, "mha", "mha_rope", "mha_rope_odd");
        all(PartReferences::feedForward, "swiglu", "swiglu_odd", "silu_ffn", "silu_ffn_odd");
        all(PartReferences::block, "block");
        all(PartReferences::crossEntropy, "ce_2d", "ce_2d_x1000", "ce_3d", "ce_large_vocab");
        all(PartReferences::softmax, "softmax_0", "softmax_1", "softmax_2", "softmax_3", "softmax_4", "softmax_5");
    }

    private void all(Part part, String... names) throws IOException {
        for (String name : names) {
            String file = FAMILY + "/" + name;
            if (!references.lacks(FAMILY, name, file + ".npz")) {
                try (Arena arena = Arena.ofShared()) {
                    PartCase one = new PartCase(references, file, arena);
                    part.compare(one);
                    references.add(FAMILY, name + ": answer and all gradients", one.worst());
                }
            }
        }
    }

    private static void linear(PartCase part) throws IOException {
        Parameter weight = part.matrix("weight");
        part.compare(List.of("x"), Map.of(), (tape, in) -> LinearMap.apply(tape, in.getFirst(), weight));
    }

    private static void embedding(PartCase part) throws IOException {
        Parameter table = part.matrix("weight");
        Ids ids = Ids.of(part.arrays().integers("ids"));
        part.compare(List.of(), Map.of(), (tape, _) -> TableLookup.apply(tape, ids, table));
    }

    private static void rmsNorm(PartCase part) throws IOException {
        int width = part.arrays().shape("weight")[0];
        Parameter gain = part.declarations().vector("weight", new Initializer.Constant(1), width);
        part.compare(List.of("x"), Map.of(), (tape, in) -> RmsScaling.apply(tape, in.getFirst(), gain, 1e-5f));
    }

    private static void rope(PartCase part) throws IOException {
        Rotation rotation = Rotation.of(part.arrays());
        part.compare(List.of("x"), Map.of(), (tape, in) -> rotation.rotate(tape, in.getFirst()));
    }

    /// Rotates every row of `x (…, T, K)` as one head; positions repeat for all leading dimensions.
    record Rotation(double theta, Ids rows, int positions) {
        static Rotation of(NpzArrays arrays) throws IOException {
            int[] shape = arrays.shape("x");
            int[] positions = arrays.integers("positions");
            int[] all = new int[arrays.integers("x").length / shape[shape.length - 1]];
            int largest = 0;
            for (int i = 0; i < all.length; i++) {
                all[i] = positions[i % positions.length];
                largest = Math.max(largest, all[i]);
            }
            return new Rotation(arrays.number("theta"), Ids.of(all), largest + 1);
        }

        Variable rotate(Tape tape, Variable x) {
            int width = x.value().columns();
            return new RotaryEmbedding(theta, width, positions).rotate(tape, x, rows, new HeadLayout(1, 0, width));
        }
    }

    private static void attention(PartCase part) throws IOException {
        Tensor mask = part.arrays().has("mask") ? mask(part.arrays()) : null;
        part.compare(
                List.of("q", "k", "v"),
                Map.of(),
                (tape, in) -> MaskedAttention.apply(tape, in.get(0), in.get(1), in.get(2), mask));
    }

    static Tensor mask(NpzArrays arrays) throws IOException {
        int[] values = arrays.integers("mask");
        boolean[] mayAttend = new boolean[values.length];
        for (int i = 0; i < values.length; i++) {
            mayAttend[i] = values[i] != 0;
        }
        return MaskedAttention.mask(mayAttend, arrays.shape("mask"));
    }

    private static void selfAttention(PartCase part) throws IOException {
        int[] shape = part.arrays().shape("x");
        double theta = part.arrays().number("theta");
        int heads = part.number("num_heads");
        ModelConfig config = attentionConfig(shape[1], shape[2], heads, theta);
        var attention = new CausalSelfAttention(0, config, rotary(config), part.declarations());
        part.compare(
                List.of("x"),
                ATTENTION_WEIGHTS,
                (tape, in) -> attention.forward(tape, in.getFirst(), Tokens.Sequences.of(tape, shape[0], shape[1])));
    }

    /// A configuration of nothing but self-attention; `theta` 0 is without RoPE.
    static ModelConfig attentionConfig(int time, int width, int heads, double theta) {
        return new ModelConfig(
                1,
                time,
                width,
                1,
                heads,
                heads,
                new NormSpec.None(),
                NormPlacement.PRE,
                theta == 0 ? new PositionSpec.None() : new PositionSpec.Rope((float) theta),
                new FeedForwardSpec.Silu(1),
                false);
    }

    static @Nullable RotaryEmbedding rotary(ModelConfig config) {
        return switch (config.position()) {
            case PositionSpec.Rope(float theta) ->
                new RotaryEmbedding(theta, config.headWidth(), config.contextLength());
            case PositionSpec.None() -> null;
        };
    }

    private static void feedForward(PartCase part) throws IOException {
        int[] shape = part.arrays().shape("w1");
        ResidualLayer layer = part.arrays().has("w3")
                ? new SwiGlu(0, shape[1], shape[0], part.declarations())
                : new SiluFeedForward(0, shape[1], shape[0], part.declarations());
        part.compare(
                List.of("x"),
                FEED_FORWARD_WEIGHTS,
                (tape, in) -> layer.forward(tape, in.getFirst(), Tokens.Sequences.of(tape, 1, 1)));
    }

    private static void block(PartCase part) throws IOException {
        int[] shape = part.arrays().shape("x");
        int width = part.arrays().shape("ffn.w1.weight")[0];
        double theta = part.arrays().number("theta");
        ModelConfig config = attentionConfig(shape[1], shape[2], part.number("num_heads"), theta);
        Layer block = block(config, width, part);
        Map<String, String> names = new HashMap<>();
        part.arrays().names().forEach(array -> names.put("layers.0." + array, array));
        part.compare(
                List.of("x"),
                names,
                (tape, in) -> block.forward(tape, in.getFirst(), Tokens.Sequences.of(tape, shape[0], shape[1])));
    }

    private static Layer block(ModelConfig config, int width, PartCase part) {
        var declarations = part.declarations();
        return new PreNormBlock(
                new RmsNorm("layers.0.ln1.weight", config.dModel(), 1e-5f, declarations),
                new CausalSelfAttention(0, config, rotary(config), declarations),
                new RmsNorm("layers.0.ln2.weight", config.dModel(), 1e-5f, declarations),
                new SwiGlu(0, config.dModel(), width, declarations));
    }

    private static void crossEntropy(PartCase part) throws IOException {
        Ids targets = Ids.of(part.arrays().integers("targets"));
        part.compare(List.of("logits"), Map.of(), (tape, in) -> CrossEntropy.apply(tape, in.getFirst(), targets));
    }

    /// These references name the dimension to sum over; the operation sums over the last, so it is moved there.
    private static void softmax(PartCase part) throws IOException {
        int[] shape = part.arrays().shape("x");
        int axis = Math.floorMod(part.number("dim"), shape.length);
        Variable x = part.tape().input(moved(part.arrays().doubles("x"), shape, axis));
        Variable y = Softmax.apply(part.tape(), x);
        double[] expected = doubles(moved(part.arrays().doubles("out64"), shape, axis));
        part.add(y.value(), "out", expected);
        Variable logarithm = LogSoftmax.apply(part.tape(), part.tape().constant(x.value()));
        part.worst().add(References.relativeError(logarithm.value(), logarithms(expected)), 1e-6);
        part.tape().backward(y, moved(part.arrays().doubles("dout"), shape, axis));
        part.add(x.gradient(), "dx", doubles(moved(part.arrays().doubles("dx"), shape, axis)));
    }

    /// The array as a matrix whose columns are one of its dimensions.
    private static Tensor moved(double[] values, int[] shape, int axis) {
        int columns = shape[axis];
        int inner = 1;
        for (int i = axis + 1; i < shape.length; i++) {
            inner *= shape[i];
        }
        Tensor moved = Tensor.of(new float[values.length], values.length / columns, columns);
        for (int i = 0; i < values.length; i++) {
            int column = i / inner % columns;
            int row = i / inner / columns * inner + i % inner;
            moved.set((long) row * columns + column, (float) values[i]);
        }
        return moved;
    }

    private static double[] logarithms(double... values) {
        double[] logarithms = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            logarithms[i] = Math.log(values[i]);
        }
        return logarithms;
    }

    private static double[] doubles(Tensor tensor) {
        double[] values = new double[(int) tensor.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = tensor.get(i);
        }
        return values;
    }
}
