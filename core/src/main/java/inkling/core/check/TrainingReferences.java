package inkling.core.check;

import inkling.core.check.References.Worst;
import inkling.core.data.BatchSource;
import inkling.core.device.AdamWStep;
import inkling.core.format.ModelConfigJson;
import inkling.core.nn.TransformerLm;
import inkling.core.ops.Tape;
import inkling.core.optim.LearningRate;
import inkling.core.optim.Optimizer;
import inkling.core.optim.OptimizerSpec;
import inkling.core.tensor.Ids;
import inkling.core.tensor.Parameters;
import inkling.core.tensor.Tensor;
import inkling.core.train.StepMemory;
import inkling.core.train.TrainConfig;
import inkling.core.train.TrainingStep;
import inkling.tokenizer.json.JsonPlace;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.Locale;
import java.util.Map;

/// `train/`: a whole run from given weights and given batches, followed step by step, for every order of AdamW.
final class TrainingReferences {
    private static final String FAMILY = "train";
    private static final double LOSS_TOLERANCE = 2e-6;
    private static final double NORM_TOLERANCE = 2e-5;
    private static final double RATE_TOLERANCE = 1e-9;
    private static final double WEIGHT_TOLERANCE = 2e-5;

    private final References references;

    TrainingReferences(References references) {
        this.references = references;
    }

    void run() throws IOException {
        if (!references.lacks(FAMILY, "a run of 50 steps", "train/run.npz")) {
            NpzArrays arrays = references.arrays("train/run");
            JsonPlace json = references.json("train/run.json");
            for (AdamWStep.Order order : AdamWStep.Order.values()) {
                follow(arrays, config(json, order, 1), order, "");
            }
            AdamWStep.Order first = AdamWStep.Order.DECAY_FIRST;
            follow(arrays, config(json, first, 4), first, ", 4 micro-batches");
        }
    }

    private static TrainConfig config(JsonPlace json, AdamWStep.Order order, int microBatches) throws IOException {
        JsonPlace optimizer = json.member("optimizer");
        double decay = optimizer.member("weight_decay").number();
        JsonPlace betas = optimizer.member("betas");
        int steps = json.member("steps").integer(1, 1_000_000);
        return new TrainConfig(
                ModelConfigJson.read(json.member("config")),
                new TrainConfig.Optimization(
                        new OptimizerSpec.AdamW(
                                betas.item(0).number(),
                                betas.item(1).number(),
                                optimizer.member("eps").number(),
                                decay,
                                true,
                                order),
                        new LearningRate.WarmupCosine(
                                optimizer.member("lr_max").number(),
                                optimizer.member("lr_min").number(),
                                optimizer.member("warmup").integer(0, steps),
                                optimizer.member("cycle").integer(0, 1_000_000)),
                        optimizer.member("max_norm").number()),
                new TrainConfig.Batch(
                        json.member("batch").integer(1, 1 << 20),
                        json.member("config").member("context_length").integer(1, 1 << 20),
                        microBatches),
                steps,
                0,
                new TrainConfig.Evaluation(100, 1000),
                new TrainConfig.Checkpoints(100, 100, 1));
    }

    private void follow(NpzArrays arrays, TrainConfig config, AdamWStep.Order order, String suffix) throws IOException {
        String variant = order.name().toLowerCase(Locale.ROOT);
        try (Arena arena = Arena.ofShared()) {
            var declarations = new Parameters.Declarations();
            TransformerLm model = TransformerLm.declare(config.model(), declarations);
            Parameters parameters = declarations.allocate(arena);
            for (Map.Entry<String, Tensor> weight : parameters.stateDict().entrySet()) {
                weight.getValue().copyFrom(arrays.floats("init:" + weight.getKey()));
            }
            Optimizer optimizer =
                    Optimizer.of(config.optimization().optimizer(), references.kernels(), parameters, arena);
            var step = new TrainingStep(config, model, parameters, optimizer);
            long bytes = StepMemory.training(config);
            Tape tape = Tape.recording(references.kernels(), References.workspace(arena, bytes));
            Worst steps = steps(arrays, variant, step, tape, config);
            String what = config.steps() + " steps, " + variant.replace('_', ' ') + suffix;
            references.add(FAMILY, what + ": loss, gradient norm, learning rate", steps);
            if (order == AdamWStep.Order.DECAY_FIRST) {
                Worst weights = new Worst();
                for (Map.Entry<String, Tensor> weight : parameters.stateDict().entrySet()) {
                    double[] expected = arrays.doubles("final:" + weight.getKey());
                    weights.add(References.relativeError(weight.getValue(), expected), WEIGHT_TOLERANCE);
                }
                references.add(FAMILY, what + ": final weights", weights);
            }
        }
    }

    private static Worst steps(NpzArrays arrays, String variant, TrainingStep step, Tape tape, TrainConfig config)
            throws IOException {
        double[] losses = arrays.doubles("loss_" + variant);
        double[] norms = arrays.doubles("grad_norm_" + variant);
        double[] rates = arrays.doubles("lr");
        GivenBatches batches = new GivenBatches(
                arrays.integers("tokens"),
                arrays.integers("starts"),
                config.batch().time());
        Worst worst = new Worst();
        for (int s = 0; s < losses.length; s++) {
            TrainingStep.Result result = step.run(tape, batches);
            worst.add(Math.abs(result.loss() - losses[s]) / losses[s], LOSS_TOLERANCE);
            worst.add(Math.abs(result.gradientNorm() - norms[s]) / norms[s], NORM_TOLERANCE);
            worst.add(Math.abs(result.learningRate() - rates[s]) / rates[s], RATE_TOLERANCE);
        }
        return worst;
    }

    /// Windows at given starts, in their order.
    private static final class GivenBatches implements BatchSource {
        private final int[] tokens;
        private final int[] starts;
        private final int time;
        private int next;

        GivenBatches(int[] tokens, int[] starts, int time) {
            this.tokens = tokens;
            this.starts = starts;
            this.time = time;
        }

        @Override
        public void next(Ids inputs, Ids targets) {
            for (int row = 0; row < inputs.size(); row += time) {
                for (int t = 0; t < time; t++) {
                    inputs.set(row + t, tokens[starts[next] + t]);
                    targets.set(row + t, tokens[starts[next] + t + 1]);
                }
                next++;
            }
        }

        @Override
        public long state() {
            return next;
        }

        @Override
        public void restore(long state) {
            next = (int) state;
        }
    }
}
