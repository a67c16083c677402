package inkling.core.train;

import inkling.core.nn.ModelConfig;
import inkling.core.nn.ModelPresets;
import inkling.core.optim.LearningRate;
import inkling.core.optim.OptimizerSpec;
import java.util.Arrays;
import java.util.List;

/// Training runs with a name: an architecture, and the batch, schedule and length that suit it.
///
/// | name | model | step | highest rate | steps | for |
/// |---|---|---|---|---|---|
/// | `demo` | `V` 1,024, `T` 256, `D` 96, 3 layers: 0.5 M | 2 × 256 tokens | 6e-3 | 5,000 | two minutes on two cores |
/// | `small` | `V` 4,096, `T` 256, `D` 128, 4 layers: 1.9 M | 8 × 256 tokens | 6e-3 | 6,000 | ten minutes |
/// | `tinystories` | `V` 10,000, `T` 256, `D` 512, 4 layers: 22.7 M | 128 × 256 tokens | 1e-3 | 10,000 | the handout's
/// run |
///
/// Another architecture trains like `small`, with a learning rate that falls with the width: `6e-3 · 128/D`. Wider
/// sums of updates move the activations further, so that the same rate would be too high for a wide model (Yang and
/// others, "Tensor Programs V", 2022, arXiv:2203.03466); at `D` 512 the rule gives the 1.5e-3 around which the handout
/// trains.
public enum TrainPresets {
    /// Minutes on two cores, on the story world's simple language. Many small steps and small heads, not a lower loss,
    /// teach it to keep to a name (measured in EXPERIMENTS.md).
    DEMO(ModelPresets.DEMO, new TrainConfig.Batch(2, 256, 1), 5_000, 6e-3),
    /// Ten minutes on two cores, on real text.
    SMALL(ModelPresets.SMALL, new TrainConfig.Batch(8, 256, 1), 6_000, 6e-3),
    /// The CS336 handout's TinyStories run.
    TINYSTORIES(ModelPresets.TINYSTORIES, new TrainConfig.Batch(128, 256, 8), 10_000, 1e-3);

    private static final int EVALUATIONS = 10;
    private static final long EVALUATION_TOKENS = 50_000;
    private static final int WARMUP_PART = 20;

    private final ModelPresets model;
    private final TrainConfig.Batch batch;
    private final long steps;
    private final double learningRate;

    TrainPresets(ModelPresets model, TrainConfig.Batch batch, long steps, double learningRate) {
        this.model = model;
        this.batch = batch;
        this.steps = steps;
        this.learningRate = learningRate;
    }

    /// The name users type.
    public String label() {
        return model.label();
    }

    /// The run as it is published.
    public TrainConfig config() {
        return new Recipe(batch, learningRate).config(model.config(), steps);
    }

    /// The run for another number of steps; the schedule is stretched with it.
    public TrainConfig config(long newSteps) {
        return new Recipe(batch, learningRate).config(model.config(), newSteps);
    }

    /// The number of steps of the run as it is published.
    public long steps() {
        return steps;
    }

    /// The run for an architecture that has no preset of its own: the batch of `small` at the model's context length,
    /// and a learning rate that suits its width.
    public static TrainConfig config(ModelConfig other, long steps) {
        var batch = new TrainConfig.Batch(SMALL.batch.sequences(), other.contextLength(), 1);
        return new Recipe(batch, learningRate(other.dModel())).config(other, steps);
    }

    /// The highest learning rate for a width, `6e-3 · min(1, 128/D)`.
    public static double learningRate(int dModel) {
        return SMALL.learningRate * Math.min(1, SMALL.model.config().dModel() / (double) dModel);
    }

    /// What a run needs beside an architecture and a length.
    private record Recipe(TrainConfig.Batch batch, double learningRate) {
        TrainConfig config(ModelConfig model, long steps) {
            long every = Math.max(1, steps / EVALUATIONS);
            var schedule = new LearningRate.WarmupCosine(learningRate, learningRate / 10, steps / WARMUP_PART, steps);
            return new TrainConfig(
                    model,
                    new TrainConfig.Optimization(OptimizerSpec.AdamW.standard(), schedule, 1),
                    batch,
                    steps,
                    1,
                    new TrainConfig.Evaluation(every, EVALUATION_TOKENS),
                    new TrainConfig.Checkpoints(every, 10, 2));
        }
    }

    /// The preset of that name.
    public static TrainPresets named(String label) {
        for (TrainPresets preset : values()) {
            if (preset.label().equals(label)) {
                return preset;
            }
        }
        throw new IllegalArgumentException(
                "preset \"" + label + "\" is not known, expected one of " + String.join(", ", labels()));
    }

    /// All names, from small to large.
    public static List<String> labels() {
        return Arrays.stream(values()).map(TrainPresets::label).toList();
    }
}
