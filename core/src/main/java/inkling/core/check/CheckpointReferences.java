package inkling.core.check;

import inkling.core.format.SafetensorsFile;
import inkling.core.format.TorchFile;
import inkling.core.tensor.Tensor;
import inkling.tokenizer.json.JsonPlace;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.Map;

/// `ckpt/`: torch's own checkpoints, read as data.
final class CheckpointReferences {
    private static final String FAMILY = "ckpt";

    private final References references;

    CheckpointReferences(References references) {
        this.references = references;
    }

    void run() throws IOException {
        if (!references.lacks(FAMILY, "model.pt", "ckpt/model.pt")) {
            weights();
        }
        if (!references.lacks(FAMILY, "checkpoint.pt", "ckpt/checkpoint.pt")) {
            training();
        }
    }

    private void weights() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            Map<String, Tensor> torch =
                    TorchFile.read(references.path("ckpt/model.pt"), arena).stateDict("");
            SafetensorsFile safe = SafetensorsFile.map(references.path("ckpt/model.safetensors"), arena);
            long different = torch.keySet().equals(safe.names()) ? 0 : 1;
            for (Map.Entry<String, Tensor> entry : torch.entrySet()) {
                Tensor expected = safe.tensor(entry.getKey(), arena);
                for (long i = 0; i < expected.size(); i++) {
                    different += entry.getValue().get(i) == expected.get(i) ? 0 : 1;
                }
            }
            references.exact(FAMILY, "model.pt equals model.safetensors, bit by bit", different);
        }
    }

    private void training() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            TorchFile file = TorchFile.read(references.path("ckpt/checkpoint.pt"), arena);
            JsonPlace expected = references.json("ckpt/checkpoint_expected.json");
            double iteration = file.numbers().getOrDefault("iteration", Double.NaN);
            long wrong = iteration == expected.member("iteration").number() ? 0 : 1;
            references.exact(FAMILY, "checkpoint.pt: iteration", wrong);
            Map<String, Tensor> model = file.stateDict("model");
            double error = 0;
            for (String name : expected.member("checksums").object().members().keySet()) {
                Tensor tensor = model.get(name);
                double sum = tensor == null ? Double.POSITIVE_INFINITY : sum(tensor);
                error = Math.max(
                        error,
                        Math.abs(sum - expected.member("checksums").member(name).number()));
            }
            references.add(FAMILY, "checkpoint.pt: sums of all weights", error, 1e-4);
            references.add(FAMILY, "checkpoint.pt: sums of all first moments", momentError(file, expected), 1e-6);
        }
    }

    /// Torch numbers the optimizer's states; the reference says which parameter each number is.
    private static double momentError(TorchFile file, JsonPlace expected) throws IOException {
        JsonPlace sums = expected.member("exp_avg_sums");
        double error = 0;
        int number = 0;
        for (JsonPlace name : expected.member("parameter_order").items()) {
            Tensor moment = file.stateDict("optimizer.state." + number++).get("exp_avg");
            double sum = moment == null ? Double.POSITIVE_INFINITY : sum(moment);
            error = Math.max(error, Math.abs(sum - sums.member(name.text()).number()));
        }
        return error;
    }

    private static double sum(Tensor tensor) {
        double sum = 0;
        for (long i = 0; i < tensor.size(); i++) {
            sum += tensor.get(i);
        }
        return sum;
    }
}
