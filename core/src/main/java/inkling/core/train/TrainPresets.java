package inkling.core.train;

import inkling.core.nn.ModelConfig;
import inkling.core.optim.LearningRate;
import inkling.core.optim.OptimizerSpec;
import java.util.Arrays;
import java.util.List;

/// Training runs with a name: an architecture, and the batch, schedule and length that suit it.
///
/// | name | model | step | steps | for |
/// |---|---|---|---|---|
/// | `demo` | `V` 2,048, `T` 256, `D` 96, 3 layers: 0.7 M | 8 × 256 tokens | 2,000 | about two minutes on two cores |
/// | `small` | `V` 4,096, `T` 256, `D` 128, 4 layers: 1.9 M | 8 × 256 tokens | 6,000 | about ten minutes |
/// | `tinystories` | `V` 10,000, `T` 256, `D` 512, 4 layers: 22.7 M | 128 × 256 tokens | 10,000 | the handout's run |
public enum TrainPresets {
    /// Minutes on two cores, on the story world's simple language.
    DEMO("demo", ModelConfig.standard(2_048, 256, 96, 3, 3, 256), new TrainConfig.Batch(8, 256, 1), 2_000, 6e-3),
    /// Ten minutes on two cores, on real text.
    SMALL("small", ModelConfig.standard(4_096, 256, 128, 4, 4, 384), new TrainConfig.Batch(8, 256, 1), 6_000, 6e-3),
    /// The CS336 handout's TinyStories run.
    TINYSTORIES(
            "tinystories",
            ModelConfig.standard(10_000, 256, 512, 4, 16, 1_344),
            new TrainConfig.Batch(128, 256, 8),
            10_000,
            1e-3);

    private static final int EVALUATIONS = 12;
    private static final int WARMUP_PART = 20;

    private final String label;
    private final ModelConfig model;
    private final TrainConfig.Batch batch;
    private final long steps;
    private final double learningRate;

    TrainPresets(String label, ModelConfig model, TrainConfig.Batch batch, long steps, double learningRate) {
        this.label = label;
        this.model = model;
        this.batch = batch;
        this.steps = steps;
        this.learningRate = learningRate;
    }

    /// The name users type.
    public String label() {
        return label;
    }

    /// The run as it is published.
    public TrainConfig config() {
        return config(model, steps);
    }

    /// The run for another vocabulary and number of steps; the schedule is stretched with it.
    public TrainConfig config(int vocabularySize, long newSteps) {
        return config(model.withVocabularySize(vocabularySize), newSteps);
    }

    private TrainConfig config(ModelConfig chosen, long chosenSteps) {
        long every = Math.max(1, chosenSteps / EVALUATIONS);
        var schedule = new LearningRate.WarmupCosine(
                learningRate, learningRate / 20, Math.max(1, chosenSteps / WARMUP_PART), chosenSteps);
        return new TrainConfig(
                chosen,
                new TrainConfig.Optimization(OptimizerSpec.AdamW.standard(), schedule, 1),
                batch,
                chosenSteps,
                1,
                new TrainConfig.Evaluation(every, 100_000),
                new TrainConfig.Checkpoints(every, 10, 2));
    }

    /// The preset of that name.
    public static TrainPresets named(String label) {
        for (TrainPresets preset : values()) {
            if (preset.label.equals(label)) {
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
