package inkling.peers.djl;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.optimizer.AdamW;
import ai.djl.training.tracker.Tracker;
import inkling.bench.compare.TimedSteps;
import inkling.bench.compare.TrainingTask;
import inkling.core.format.SafetensorsFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Steps of DJL: forward, backward, clipping by the norm, its AdamW for one parameter after the other.
final class DjlSide implements TimedSteps.Side {
    private static final double EPSILON = 1e-6;

    private final Engine engine = Engine.getEngine("PyTorch");
    private final NDManager manager = engine.newBaseManager();
    private final Map<String, NDArray> weights;
    private final DjlModel model;
    private final AdamW decaying = adamW(0.1f);
    private final AdamW plain = adamW(0);
    private final List<NDArray> inputs = new ArrayList<>();
    private final List<NDArray> targets = new ArrayList<>();

    private DjlSide(TimedSteps steps) throws IOException {
        TrainingTask task = steps.task();
        weights = weights(TrainingTask.weights(steps.folder()));
        model = new DjlModel(task.model().config, weights, manager);
        int[] tokens = task.readTokens(steps.folder());
        for (int batch = 0; batch < TrainingTask.BATCHES; batch++) {
            inputs.add(batch(task, tokens, 2 * batch));
            targets.add(batch(task, tokens, 2 * batch + 1));
        }
    }

    private Map<String, NDArray> weights(Path file) throws IOException {
        Map<String, NDArray> named = new LinkedHashMap<>();
        try (Arena arena = Arena.ofConfined()) {
            SafetensorsFile safetensors = SafetensorsFile.map(file, arena);
            for (String name : safetensors.names()) {
                long[] shape = safetensors.shape(name).stream()
                        .mapToLong(Integer::longValue)
                        .toArray();
                float[] values =
                        safetensors.tensor(name, Arena.ofAuto()).segment().toArray(ValueLayout.JAVA_FLOAT);
                NDArray weight = manager.create(values, new Shape(shape));
                weight.setRequiresGradient(true);
                named.put(name, weight);
            }
        }
        return named;
    }

    private NDArray batch(TrainingTask task, int[] tokens, int part) {
        long[] ids = new long[task.tokens()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = tokens[part * ids.length + i];
        }
        return manager.create(ids, new Shape(task.batch(), task.time()));
    }

    private static AdamW adamW(float weightDecay) {
        return AdamW.builder()
                .optLearningRateTracker(Tracker.fixed((float) TrainingTask.LEARNING_RATE))
                .optBeta1(0.9f)
                .optBeta2(0.95f)
                .optEpsilon(1e-8f)
                .optWeightDecays(weightDecay)
                .build();
    }

    @Override
    public double step(int batch) {
        try (NDManager step = manager.newSubManager()) {
            weights.values().forEach(weight -> weight.tempAttach(step));
            inputs.get(batch).tempAttach(step);
            targets.get(batch).tempAttach(step);
            double loss;
            try (GradientCollector collector = engine.newGradientCollector()) {
                NDArray mean = model.loss(inputs.get(batch), targets.get(batch));
                collector.backward(mean);
                loss = mean.getFloat();
            }
            update(step);
            return loss;
        }
    }

    private void update(NDManager step) {
        Map<String, NDArray> gradients = new LinkedHashMap<>();
        NDArray sum = step.zeros(new Shape());
        for (Map.Entry<String, NDArray> weight : weights.entrySet()) {
            NDArray gradient = weight.getValue().getGradient();
            gradients.put(weight.getKey(), gradient);
            sum.addi(gradient.square().sum());
        }
        double norm = Math.sqrt(sum.getFloat());
        double scale = norm >= 1 ? 1 / (norm + EPSILON) : 1;
        weights.forEach((name, weight) -> {
            AdamW optimizer = weight.getShape().dimension() == 2 ? decaying : plain;
            NDArray gradient = Objects.requireNonNull(gradients.get(name));
            optimizer.update(name, weight, gradient.muli(scale));
            gradient.muli(0);
        });
    }

    /// Runs in a process of its own; see [TimedSteps] for the arguments.
    public static void main(String[] arguments) throws IOException {
        TimedSteps steps = TimedSteps.of(arguments);
        steps.run(new DjlSide(steps));
    }
}
