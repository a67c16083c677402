package inkling.peers.libtorch;

import inkling.bench.compare.TimedSteps;
import inkling.bench.compare.TrainingTask;
import inkling.core.format.SafetensorsFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRef;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/// Steps of libtorch: forward, backward, clipping by the norm, fused AdamW, gradients dropped as Python's
/// `zero_grad` does.
///
/// Its options: `bf16` for autocast, `tuned` for RoPE by complex numbers.
final class LibtorchSide implements TimedSteps.Side {
    private static final double WEIGHT_DECAY = 0.1;

    private final LibtorchCalls calls;
    private final LibtorchModel model;
    private final boolean bf16;
    private final TensorVector all;
    private final List<Group> groups;
    private final List<Tensor> inputs = new ArrayList<>();
    private final List<Tensor> targets = new ArrayList<>();

    private LibtorchSide(TimedSteps steps, Path libraries) throws IOException {
        bf16 = steps.options().contains("bf16");
        Map<String, Tensor> weights = weights(TrainingTask.weights(steps.folder()));
        calls = new LibtorchCalls(libraries);
        model = new LibtorchModel(
                steps.task().model().config, weights, steps.options().contains("tuned"));
        List<Tensor> matrices =
                weights.values().stream().filter(weight -> weight.dim() == 2).toList();
        List<Tensor> gains =
                weights.values().stream().filter(weight -> weight.dim() == 1).toList();
        all = vector(new ArrayList<>(weights.values()));
        groups = List.of(new Group(matrices, WEIGHT_DECAY), new Group(gains, 0));
        addBatches(steps.task(), steps.task().readTokens(steps.folder()));
    }

    private static Map<String, Tensor> weights(Path file) throws IOException {
        Map<String, Tensor> weights = new LinkedHashMap<>();
        try (Arena arena = Arena.ofConfined()) {
            SafetensorsFile safetensors = SafetensorsFile.map(file, arena);
            for (String name : safetensors.names()) {
                long[] shape = safetensors.shape(name).stream()
                        .mapToLong(Integer::longValue)
                        .toArray();
                Tensor weight = torch.empty(shape);
                int[] sizes = Arrays.stream(shape).mapToInt(Math::toIntExact).toArray();
                safetensors.read(name, inkling.core.tensor.Tensor.over(LibtorchCalls.memory(weight), sizes));
                weights.put(name, weight.set_requires_grad(true));
            }
        }
        return weights;
    }

    private void addBatches(TrainingTask task, int[] tokens) {
        int size = task.tokens();
        for (int batch = 0; batch < TrainingTask.BATCHES; batch++) {
            long[] ids = new long[2 * size];
            for (int i = 0; i < ids.length; i++) {
                ids[i] = tokens[batch * ids.length + i];
            }
            Tensor both = torch.tensor(ids);
            inputs.add(both.narrow(0, 0, size).view(task.batch(), task.time()));
            targets.add(both.narrow(0, size, size));
        }
    }

    /// Parameters with the same weight decay, and AdamW's memory of them.
    private static final class Group {
        private final List<Tensor> parameters;
        private final double weightDecay;
        private final TensorVector values;
        private final TensorVector firstMoments;
        private final TensorVector secondMoments;
        private final TensorVector steps;

        Group(List<Tensor> parameters, double weightDecay) {
            this.parameters = parameters;
            this.weightDecay = weightDecay;
            values = vector(parameters);
            firstMoments = vector(parameters.stream().map(torch::zeros_like).toList());
            secondMoments = vector(parameters.stream().map(torch::zeros_like).toList());
            steps = vector(parameters.stream().map(_ -> torch.zeros(1)).toList());
        }

        void update(LibtorchCalls calls, double learningRate) {
            for (long i = 0; i < steps.size(); i++) {
                steps.get(i).add_(new Scalar(1));
            }
            TensorVector gradients =
                    vector(parameters.stream().map(Tensor::grad).toList());
            var group = new LibtorchCalls.Group(
                    new TensorArrayRef(values),
                    new TensorArrayRef(gradients),
                    new TensorArrayRef(firstMoments),
                    new TensorArrayRef(secondMoments),
                    new TensorArrayRef(steps));
            calls.adamW(group, learningRate, weightDecay);
        }
    }

    private static TensorVector vector(List<Tensor> tensors) {
        return new TensorVector(tensors.toArray(Tensor[]::new));
    }

    @Override
    public double step(int batch) {
        try (PointerScope _ = new PointerScope()) {
            calls.autocast(bf16);
            Tensor loss = model.loss(inputs.get(batch), targets.get(batch));
            calls.autocast(false);
            loss.backward();
            torch.clip_grad_norm_(all, 1.0);
            try (NoGradGuard _ = new NoGradGuard()) {
                for (Group group : groups) {
                    group.update(calls, TrainingTask.LEARNING_RATE);
                }
            }
            for (long i = 0; i < all.size(); i++) {
                all.get(i).mutable_grad().reset();
            }
            return loss.item_float();
        }
    }

    /// Runs in a process of its own; see [TimedSteps] for the arguments.
    public static void main(String[] arguments) throws IOException {
        TimedSteps steps = TimedSteps.of(arguments);
        Path libraries = Path.of(System.getProperty("java.library.path"));
        LibtorchFolder.fill(libraries);
        steps.run(new LibtorchSide(steps, libraries));
    }
}
