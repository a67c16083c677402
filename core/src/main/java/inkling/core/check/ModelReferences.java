package inkling.core.check;

import inkling.core.check.References.Worst;
import inkling.core.device.counting.CountingKernels;
import inkling.core.format.ModelConfigJson;
import inkling.core.nn.ModelConfig;
import inkling.core.nn.StepMemory;
import inkling.core.nn.TransformerLm;
import inkling.core.ops.Tape;
import inkling.core.tensor.Ids;
import inkling.core.tensor.Parameters;
import inkling.core.tensor.Tensor;
import inkling.tokenizer.json.JsonPlace;
import inkling.tokenizer.json.JsonValue.JsonObject;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Map;

/// `lm/`: a small language model and its variants: logits, loss and every gradient.
final class ModelReferences {
    private static final String FAMILY = "lm";
    private static final List<String> MODELS =
            List.of("lm", "lm_norm_post", "lm_norm_none", "lm_nope", "lm_silu_ffn", "lm_tied");

    private final References references;

    ModelReferences(References references) {
        this.references = references;
    }

    void run() throws IOException {
        for (String name : MODELS) {
            if (!references.lacks(FAMILY, name, "lm/" + name + ".npz")) {
                compare(name);
            }
        }
    }

    private void compare(String name) throws IOException {
        NpzArrays arrays = references.arrays("lm/" + name);
        JsonPlace json = references.json("lm/" + name + ".json");
        JsonObject sizes =
                json.member("config").object().with("tied", json.member("tied").value());
        ModelConfig config = ModelConfigJson.read(new JsonPlace(json.source(), "/config", sizes));
        try (Arena arena = Arena.ofShared()) {
            var declarations = new Parameters.Declarations();
            TransformerLm model = TransformerLm.declare(config, declarations);
            Parameters parameters = declarations.allocate(arena);
            for (Map.Entry<String, Tensor> parameter : parameters.stateDict().entrySet()) {
                parameter.getValue().copyFrom(arrays.floats("w:" + parameter.getKey()));
            }
            double tolerance = references.tolerance("lm/" + name, "logits");
            Worst logits = new Worst();
            logits.add(logitsError(model, arrays, "ids", "logits64"), tolerance);
            logits.add(logitsError(model, arrays, "ids_truncated", "logits_truncated"), tolerance);
            references.add(FAMILY, name + ": logits, whole and truncated", logits);
            step(name, model, parameters, arrays);
        }
    }

    private double logitsError(TransformerLm model, NpzArrays arrays, String input, String expected)
            throws IOException {
        int[] shape = arrays.shape(input);
        Ids ids = Ids.of(arrays.integers(input));
        try (Arena arena = Arena.ofShared()) {
            Tape tape = inference(references, arena, model.config(), ids.size());
            return References.relativeError(
                    model.logits(tape, ids, shape[0], shape[1]).value(), arrays.doubles(expected));
        }
    }

    /// A tape with room for the logits of so many tokens.
    static Tape inference(References references, Arena arena, ModelConfig config, int tokens) {
        long perToken = 4L * (16L * config.dModel() + 4L * config.feedForward().width() + config.vocabularySize());
        return Tape.inference(references.kernels(), References.workspace(arena, tokens * perToken + (1L << 20)));
    }

    /// Loss and gradients of one step.
    private void step(String name, TransformerLm model, Parameters parameters, NpzArrays arrays) throws IOException {
        int[] shape = arrays.shape("ids");
        Ids ids = Ids.of(arrays.integers("ids"));
        Ids targets = Ids.of(arrays.integers("targets"));
        try (Arena arena = Arena.ofShared()) {
            long bytes = StepMemory.training(model.config(), shape[0], shape[1], new CountingKernels());
            Tape tape = Tape.recording(references.kernels(), References.workspace(arena, bytes));
            double loss = model.lossAndGradients(tape, ids, targets, shape[0], shape[1], 1f / ids.size());
            double expected = arrays.number("loss");
            double lossError = Math.abs(loss - expected) / expected;
            references.add(FAMILY, name + ": loss", lossError, references.tolerance("lm/" + name, "loss"));
            double tolerance = references.tolerance("lm/" + name, "worst_grad");
            Worst worst = new Worst();
            for (Map.Entry<String, Tensor> gradient : parameters.gradientDict().entrySet()) {
                double error = References.relativeError(gradient.getValue(), arrays.doubles("g:" + gradient.getKey()));
                worst.add(error, tolerance);
            }
            references.add(FAMILY, name + ": all gradients", worst);
        }
    }
}
