package inkling.core.experiment;

import inkling.core.accounting.Figure;
import inkling.core.accounting.Plan;
import inkling.core.device.Kernels;
import inkling.core.device.counting.CountingKernels;
import inkling.core.format.ModelConfigJson;
import inkling.core.format.SafetensorsFile;
import inkling.core.format.TorchFile;
import inkling.core.nn.ModelConfig;
import inkling.core.nn.StepMemory;
import inkling.core.nn.TransformerLm;
import inkling.core.ops.Tape;
import inkling.core.tensor.Ids;
import inkling.core.tensor.Parameters;
import inkling.core.tensor.Tensor;
import inkling.core.tensor.Workspace;
import inkling.tokenizer.json.JsonPlace;
import inkling.tokenizer.json.JsonReader;
import inkling.tokenizer.json.JsonValue.JsonObject;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Compares this program with the reference answers in a folder of CS336 fixtures.
///
/// Float results are compared by the largest difference relative to the largest expected value, with ten times the
/// deviation of PyTorch's own 32-bit answer as tolerance.
public final class ReferenceCheck {
    private static final List<String> MODELS =
            List.of("lm", "lm_norm_post", "lm_norm_none", "lm_nope", "lm_silu_ffn", "lm_tied");
    private static final double FLOOR = 0x1p-22;

    private final Path folder;
    private final Kernels kernels;
    private final List<Line> lines = new ArrayList<>();

    private ReferenceCheck(Path folder, Kernels kernels) {
        this.folder = folder;
        this.kernels = kernels;
    }

    /// One comparison.
    ///
    /// @param what what was compared
    /// @param error the largest error
    /// @param tolerance the largest error that passes
    /// @param skipped why it was not compared; empty where it was
    public record Line(String what, double error, double tolerance, String skipped) {
        /// True where it was compared and the error is within the tolerance.
        public boolean passes() {
            return skipped.isEmpty() && error <= tolerance;
        }
    }

    /// Runs every comparison for which the folder has a reference.
    public static List<Line> run(Path folder, Kernels kernels) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IOException(
                    folder + ": expected a folder with the reference files (accounting.json, lm, ckpt …)");
        }
        ReferenceCheck check = new ReferenceCheck(folder, kernels);
        check.accounting();
        check.checkpoints();
        check.sgd();
        for (String model : MODELS) {
            check.model(model);
        }
        check.official();
        return check.lines;
    }

    private void accounting() throws IOException {
        Path file = folder.resolve("accounting.json");
        if (absent("accounting figures", file)) {
            return;
        }
        for (JsonPlace entry : JsonReader.read(file).items()) {
            JsonPlace sizes = entry.member("config");
            Plan plan = Plan.of(entry.member("name").text(), ModelConfigJson.read(sizes));
            double wrong = wrong(plan.parameters().total(), entry.member("parameters"), "total")
                    + wrong(plan.products().total(), entry.member("forward_flops"), "total")
                    + wrong(plan.memory().fixed(), entry.member("adamw_memory"), "fixed_bytes")
                    + wrong(plan.memory().perSequence(), entry.member("adamw_memory"), "activation_bytes_per_sequence")
                    + wrong(plan.optimizer().total(), entry, "adamw_flops_per_step");
            for (Figure part : plan.products().byPart()) {
                wrong += wrong(part, entry.member("forward_flops"), part.key());
            }
            String what =
                    "plan " + plan.name() + ", F " + plan.config().feedForward().width() + ", T " + plan.tokens();
            lines.add(new Line(what, wrong, 0, ""));
        }
    }

    private static double wrong(Figure figure, JsonPlace place, String name) throws IOException {
        return Math.abs(figure.value() - place.member(name).integer(0L, Long.MAX_VALUE));
    }

    private void checkpoints() throws IOException {
        Path torchFile = folder.resolve("ckpt/model.pt");
        if (absent("torch checkpoint", torchFile)) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            Map<String, Tensor> torch = TorchFile.read(torchFile, arena).stateDict("");
            SafetensorsFile safe = SafetensorsFile.map(folder.resolve("ckpt/model.safetensors"), arena);
            double error = torch.keySet().equals(safe.names()) ? 0 : Double.POSITIVE_INFINITY;
            for (Map.Entry<String, Tensor> tensor : torch.entrySet()) {
                float[] expected = safe.tensor(tensor.getKey(), arena).toArray();
                error = Math.max(error, relativeError(tensor.getValue(), doubles(expected)));
            }
            lines.add(new Line("torch checkpoint equals safetensors", error, 0, ""));
        }
    }

    private void sgd() throws IOException {
        Path file = folder.resolve("optim/sgd_toy.npz");
        if (absent("SGD toy", file)) {
            return;
        }
        NpzArrays npz = NpzArrays.read(file);
        for (int rate : new int[] {1, 10, 100, 1000}) {
            double[] expected = npz.doubles("loss_lr" + rate);
            double[] actual = SgdToy.run(kernels, rate, expected.length, npz.floats("w0"));
            double error = 0;
            for (int t = 0; t < expected.length; t++) {
                double scale = rate == 100 ? expected[0] : expected[t];
                error = Math.max(error, Math.abs(actual[t] - expected[t]) / scale);
            }
            lines.add(new Line("SGD toy, learning rate " + rate, error, 1e-5, ""));
        }
    }

    private void model(String name) throws IOException {
        Path file = folder.resolve("lm/" + name + ".npz");
        if (absent("model " + name, file)) {
            return;
        }
        NpzArrays npz = NpzArrays.read(file);
        JsonPlace json = JsonReader.read(folder.resolve("lm/" + name + ".json"));
        JsonObject sizes =
                json.member("config").object().with("tied", json.member("tied").value());
        ModelConfig config = ModelConfigJson.read(new JsonPlace(name, "/config", sizes));
        JsonPlace deviation =
                JsonReader.read(folder.resolve("torch_fp32_deviation.json")).member("lm/" + name);
        try (Arena arena = Arena.ofShared()) {
            var declarations = new Parameters.Declarations();
            TransformerLm model = TransformerLm.declare(config, declarations);
            Parameters parameters = declarations.allocate(arena);
            for (Map.Entry<String, Tensor> parameter : parameters.stateDict().entrySet()) {
                parameter.getValue().copyFrom(npz.floats("w:" + parameter.getKey()));
            }
            int[] shape = npz.shape("ids");
            Ids ids = Ids.of(npz.integers("ids"));
            Tensor logits = model.logits(inference(arena, config, ids.size()), ids, shape[0], shape[1])
                    .value();
            lines.add(new Line(
                    name + " logits",
                    relativeError(logits, npz.doubles("logits64")),
                    tolerance(deviation, "logits"),
                    ""));
            step(name, model, parameters, npz, deviation);
        }
    }

    /// Loss and gradients of one step.
    private void step(String name, TransformerLm model, Parameters parameters, NpzArrays npz, JsonPlace deviation)
            throws IOException {
        int[] shape = npz.shape("ids");
        Ids ids = Ids.of(npz.integers("ids"));
        try (Arena arena = Arena.ofShared()) {
            long bytes = StepMemory.training(model.config(), shape[0], shape[1], new CountingKernels());
            Tape tape = Tape.recording(kernels, Workspace.allocate(arena, bytes));
            Ids targets = Ids.of(npz.integers("targets"));
            double loss = model.lossAndGradients(tape, ids, targets, shape[0], shape[1], 1f / ids.size());
            double expected = npz.doubles("loss")[0];
            lines.add(new Line(name + " loss", Math.abs(loss - expected) / expected, tolerance(deviation, "loss"), ""));
            double worst = 0;
            for (Map.Entry<String, Tensor> gradient : parameters.gradientDict().entrySet()) {
                worst = Math.max(worst, relativeError(gradient.getValue(), npz.doubles("g:" + gradient.getKey())));
            }
            lines.add(new Line(name + " gradients, the worst", worst, tolerance(deviation, "worst_grad"), ""));
        }
    }

    /// The official answers that need the course's own weights, which cannot be shipped.
    private void official() throws IOException {
        Path weights = folder.resolve("ts_tests/model.pt");
        if (absent("official test_transformer_lm", weights)) {
            return;
        }
        ModelConfig config = ModelConfig.standard(10_000, 16, 64, 3, 4, 128);
        NpzArrays inputs = NpzArrays.read(folder.resolve("official/inputs_needing_model_pt.npz"));
        NpzArrays answer = NpzArrays.read(folder.resolve("official/needs_model_pt_test_transformer_lm.npz"));
        try (Arena arena = Arena.ofShared()) {
            var declarations = new Parameters.Declarations();
            TransformerLm model = TransformerLm.declare(config, declarations);
            Parameters parameters = declarations.allocate(arena);
            Map<String, Tensor> state = TorchFile.read(weights, arena).stateDict("");
            for (Map.Entry<String, Tensor> parameter : parameters.stateDict().entrySet()) {
                Tensor value = state.get(parameter.getKey());
                if (value == null) {
                    throw new IOException(weights + ": expected a tensor " + parameter.getKey());
                }
                parameter.getValue().copyFrom(value.toArray());
            }
            int[] shape = inputs.shape("in_indices");
            Ids ids = Ids.of(inputs.integers("in_indices"));
            Tensor logits = model.logits(inference(arena, config, ids.size()), ids, shape[0], shape[1])
                    .value();
            double error = relativeError(logits, answer.doubles("out"));
            lines.add(new Line("official test_transformer_lm", error, 1e-4, ""));
        }
    }

    private Tape inference(Arena arena, ModelConfig config, int tokens) {
        long perToken = 4L * (16L * config.dModel() + 4L * config.feedForward().width() + config.vocabularySize());
        return Tape.inference(kernels, Workspace.allocate(arena, tokens * perToken + (1L << 20)));
    }

    private boolean absent(String what, Path file) {
        if (Files.exists(file)) {
            return false;
        }
        lines.add(new Line(what, 0, 0, "no " + folder.relativize(file)));
        return true;
    }

    private static double tolerance(JsonPlace deviation, String name) throws IOException {
        return Math.max(10 * deviation.member(name).number(), FLOOR);
    }

    private static double[] doubles(float... floats) {
        double[] doubles = new double[floats.length];
        for (int i = 0; i < floats.length; i++) {
            doubles[i] = floats[i];
        }
        return doubles;
    }

    private static double relativeError(Tensor actual, double... expected) {
        if (actual.size() != expected.length) {
            return Double.POSITIVE_INFINITY;
        }
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs(expected[i]));
            double error = Math.abs(actual.get(i) - expected[i]);
            difference = Double.isNaN(error) ? Double.POSITIVE_INFINITY : Math.max(difference, error);
        }
        return largest == 0 ? difference : difference / largest;
    }
}
