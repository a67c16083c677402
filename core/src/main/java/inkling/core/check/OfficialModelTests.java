package inkling.core.check;

import inkling.core.check.PartReferences.Rotation;
import inkling.core.format.TorchFile;
import inkling.core.nn.CausalSelfAttention;
import inkling.core.nn.ModelConfig;
import inkling.core.nn.PreNormBlock;
import inkling.core.nn.RmsNorm;
import inkling.core.nn.SwiGlu;
import inkling.core.nn.Tokens;
import inkling.core.nn.TransformerLm;
import inkling.core.ops.LinearMap;
import inkling.core.ops.MaskedAttention;
import inkling.core.ops.RmsScaling;
import inkling.core.ops.Silu;
import inkling.core.ops.TableLookup;
import inkling.core.ops.Tape;
import inkling.core.ops.Variable;
import inkling.core.tensor.Ids;
import inkling.core.tensor.Initializer;
import inkling.core.tensor.Parameter;
import inkling.core.tensor.Parameters;
import inkling.core.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// The official tests of the model and its parts.
final class OfficialModelTests {
    private static final double RELATIVE = 1e-4;
    private static final double ABSOLUTE = 1e-5;
    private static final double MODEL_RELATIVE = 1e-2;
    private static final double MODEL_ABSOLUTE = 1e-4;
    private static final double THETA = 10_000;
    private static final ModelConfig CONFIG = ModelConfig.standard(10_000, 16, 64, 3, 4, 128);
    private static final String INPUTS = "official/inputs_needing_model_pt";

    private final References references;
    private final OfficialTests tests;

    /// What a part computes from the embeddings, with weights declared on the way.
    @FunctionalInterface
    private interface Part {
        Variable run(Tape tape, Variable x, Tokens tokens);
    }

    /// Declares the weights of a part and says what it computes.
    @FunctionalInterface
    private interface Declaration {
        Part declare(Parameters.Declarations declarations);
    }

    OfficialModelTests(References references, OfficialTests tests) {
        this.references = references;
        this.tests = tests;
    }

    void run(OfficialFile model) throws IOException {
        tests.testOn(model, "test_linear", ABSOLUTE, this::linear);
        tests.testOn(model, "test_embedding", ABSOLUTE, this::embedding);
        tests.testOn(
                model,
                "test_swiglu",
                ABSOLUTE,
                file -> part(file, "swiglu", declarations -> {
                    SwiGlu layer =
                            new SwiGlu(0, CONFIG.dModel(), CONFIG.feedForward().width(), declarations);
                    return layer::forward;
                }));
        attention("test_scaled_dot_product_attention", "official/sdpa_3d");
        attention("test_4d_scaled_dot_product_attention", "official/sdpa_4d");
        tests.testOn(model, "test_multihead_self_attention", ABSOLUTE, file -> selfAttention(file, "", 0));
        tests.testOn(
                model,
                "test_multihead_self_attention_with_rope",
                ABSOLUTE,
                file -> selfAttention(file, "_with_rope", THETA));
        tests.testOn(model, "test_transformer_lm", MODEL_ABSOLUTE, file -> logits(file, CONFIG.contextLength()));
        tests.testOn(
                model,
                "test_transformer_lm_truncated_input",
                MODEL_ABSOLUTE,
                file -> logits(file, references.arrays(INPUTS).shape("in_indices")[1] / 2));
        tests.testOn(model, "test_transformer_block", ABSOLUTE, this::block);
        tests.test("test_rmsnorm", 1e-4, List.of("official/rmsnorm.npz"), this::norm);
        tests.test("test_rope", ABSOLUTE, List.of("official/rope.npz"), this::rope);
        tests.test("test_silu_matches_pytorch", ABSOLUTE, List.of("official/silu.npz"), this::silu);
    }

    /// The largest difference, in units of which `absolute` and `relative · |expected|` are one tolerance.
    static double error(Tensor actual, double[] expected, double absolute, double relative) {
        double error = actual.size() == expected.length ? 0 : Double.POSITIVE_INFINITY;
        for (int i = 0; i < expected.length && i < actual.size(); i++) {
            double scale = 1 + relative / absolute * Math.abs(expected[i]);
            double one = Math.abs(actual.get(i) - expected[i]) / scale;
            error = Double.isNaN(one) ? Double.POSITIVE_INFINITY : Math.max(error, one);
        }
        return error;
    }

    private static double error(Variable actual, NpzArrays arrays, double absolute) throws IOException {
        return error(actual.value(), arrays.doubles("out"), absolute, RELATIVE);
    }

    private Tape tape(Arena arena) {
        return Tape.inference(references.kernels(), References.workspace(arena, 1 << 21));
    }

    private void attention(String test, String file) throws IOException {
        tests.test(test, ABSOLUTE, List.of(file + ".npz"), () -> {
            NpzArrays arrays = references.arrays(file);
            try (Arena arena = Arena.ofShared()) {
                Tape tape = tape(arena);
                Variable q = tape.constant(arrays.tensor("q"));
                Variable k = tape.constant(arrays.tensor("k"));
                Variable v = tape.constant(arrays.tensor("v"));
                return error(MaskedAttention.apply(tape, q, k, v, PartReferences.mask(arrays)), arrays, ABSOLUTE);
            }
        });
    }

    private double norm() throws IOException {
        NpzArrays arrays = references.arrays("official/rmsnorm");
        try (Arena arena = Arena.ofShared()) {
            var declarations = new Parameters.Declarations();
            Parameter gain = declarations.vector("g", new Initializer.Constant(1), arrays.shape("weight_recovered")[0]);
            Parameters _ = declarations.allocate(arena);
            gain.value().copyFrom(arrays.floats("weight_recovered"));
            Tape tape = tape(arena);
            return error(RmsScaling.apply(tape, tape.constant(arrays.tensor("x")), gain, 1e-5f), arrays, 1e-4);
        }
    }

    private double rope() throws IOException {
        NpzArrays arrays = references.arrays("official/rope");
        try (Arena arena = Arena.ofShared()) {
            Tape tape = tape(arena);
            return error(Rotation.of(arrays).rotate(tape, tape.constant(arrays.tensor("x"))), arrays, ABSOLUTE);
        }
    }

    private double silu() throws IOException {
        NpzArrays arrays = references.arrays("official/silu");
        try (Arena arena = Arena.ofShared()) {
            Tape tape = tape(arena);
            return error(Silu.apply(tape, tape.constant(arrays.tensor("x"))), arrays, ABSOLUTE);
        }
    }

    private double linear(Path model) throws IOException {
        return part(model, "linear", declarations -> {
            Parameter weight = declarations.matrix(
                    "layers.0.ffn.w1.weight",
                    new Initializer.Constant(0),
                    CONFIG.feedForward().width(),
                    CONFIG.dModel());
            return (tape, x, _) -> LinearMap.apply(tape, x, weight);
        });
    }

    private double embedding(Path model) throws IOException {
        Ids ids = Ids.of(references.arrays(INPUTS).integers("in_indices"));
        return part(model, "embedding", declarations -> {
            Parameter table = declarations.matrix(
                    "token_embeddings.weight", new Initializer.Constant(0), CONFIG.vocabularySize(), CONFIG.dModel());
            return (tape, _, _) -> TableLookup.apply(tape, ids, table);
        });
    }

    private double selfAttention(Path model, String suffix, double theta) throws IOException {
        ModelConfig config =
                PartReferences.attentionConfig(CONFIG.contextLength(), CONFIG.dModel(), CONFIG.numHeads(), theta);
        return part(model, "multihead_self_attention" + suffix, declarations -> {
            var attention = new CausalSelfAttention(0, config, PartReferences.rotary(config), declarations);
            return attention::forward;
        });
    }

    private double block(Path model) throws IOException {
        return part(model, "transformer_block", declarations -> {
            PreNormBlock block = new PreNormBlock(
                    new RmsNorm("layers.0.ln1.weight", CONFIG.dModel(), 1e-5f, declarations),
                    new CausalSelfAttention(0, CONFIG, PartReferences.rotary(CONFIG), declarations),
                    new RmsNorm("layers.0.ln2.weight", CONFIG.dModel(), 1e-5f, declarations),
                    new SwiGlu(0, CONFIG.dModel(), CONFIG.feedForward().width(), declarations));
            return block::forward;
        });
    }

    /// Runs a part of the course's model on its embeddings.
    private double part(Path model, String answer, Declaration declaration) throws IOException {
        NpzArrays arrays = references.arrays("official/needs_model_pt_test_" + answer);
        Tensor x = references.arrays(INPUTS).tensor("in_embeddings");
        try (Arena arena = Arena.ofShared()) {
            var declarations = new Parameters.Declarations();
            Part part = declaration.declare(declarations);
            load(declarations.allocate(arena), model, arena);
            Tape tape = tape(arena);
            Tokens tokens = Tokens.Sequences.of(tape, x.dimension(0), x.dimension(1));
            return error(part.run(tape, tape.constant(x), tokens), arrays, ABSOLUTE);
        }
    }

    private static void load(Parameters parameters, Path model, Arena arena) throws IOException {
        Map<String, Tensor> state = TorchFile.read(model, arena).stateDict("");
        for (Map.Entry<String, Tensor> parameter : parameters.stateDict().entrySet()) {
            Tensor value = state.get(parameter.getKey());
            if (value == null || !value.sameShape(parameter.getValue())) {
                throw new IOException(model + ": expected a tensor " + parameter.getKey() + " of shape "
                        + parameter.getValue().shapeText());
            }
            parameter.getValue().copyFrom(value.toArray());
        }
    }

    /// Error of the logits of the first so many tokens of every sequence.
    private double logits(Path model, int atMost) throws IOException {
        NpzArrays inputs = references.arrays(INPUTS);
        int[] shape = inputs.shape("in_indices");
        int time = Math.min(atMost, shape[1]);
        int[] all = inputs.integers("in_indices");
        double[] answer =
                references.arrays("official/needs_model_pt_test_transformer_lm").doubles("out");
        int[] ids = new int[shape[0] * time];
        double[] expected = new double[ids.length * CONFIG.vocabularySize()];
        int row = time * CONFIG.vocabularySize();
        for (int b = 0; b < shape[0]; b++) {
            System.arraycopy(all, b * shape[1], ids, b * time, time);
            System.arraycopy(answer, b * shape[1] * CONFIG.vocabularySize(), expected, b * row, row);
        }
        try (Arena arena = Arena.ofShared()) {
            var declarations = new Parameters.Declarations();
            TransformerLm lm = TransformerLm.declare(CONFIG, declarations);
            load(declarations.allocate(arena), model, arena);
            Tape tape = ModelReferences.inference(references, arena, CONFIG, ids.length);
            Tensor logits = lm.logits(tape, Ids.of(ids), shape[0], time).value();
            return error(logits, expected, MODEL_ABSOLUTE, MODEL_RELATIVE);
        }
    }
}
