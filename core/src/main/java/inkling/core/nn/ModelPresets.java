package inkling.core.nn;

import java.util.Arrays;
import java.util.List;

/// Architectures with a name.
///
/// | name | `V` | context | `D` | `L` | `H` | `F` | parameters |
/// |---|---|---|---|---|---|---|---|
/// | `demo` | 1,024 | 256 | 96 | 3 | 6 | 256 | 0.5 M |
/// | `small` | 4,096 | 256 | 128 | 4 | 4 | 384 | 1.9 M |
/// | `tinystories` | 10,000 | 256 | 512 | 4 | 16 | 1,344 | 22.7 M |
/// | `gpt2-small` | 50,257 | 1,024 | 768 | 12 | 12 | 3,072 | 190 M |
/// | `gpt2-medium` | 50,257 | 1,024 | 1,024 | 24 | 16 | 4,096 | 506 M |
/// | `gpt2-large` | 50,257 | 1,024 | 1,280 | 36 | 20 | 5,120 | 1.1 B |
/// | `gpt2-xl` | 50,257 | 1,024 | 1,600 | 48 | 25 | 6,400 | 2.1 B |
///
/// All are pre-norm with RoPE and SwiGLU and an untied head: the GPT-2 names stand for GPT-2's sizes, not for
/// its exact architecture. SwiGLU at `F = 4·D` makes them larger than GPT-2; `F ≈ 8/3·D` or a network without
/// gate gives about GPT-2's counts.
public enum ModelPresets {
    /// What two minutes on a laptop teach to tell a simple story.
    DEMO("demo", 1_024, 256, 96, 3, 6, 256),
    /// What ten minutes on a laptop teach real children's stories.
    SMALL("small", 4_096, 256, 128, 4, 4, 384),
    /// The CS336 handout's TinyStories model.
    TINYSTORIES("tinystories", 10_000, 256, 512, 4, 16, 1_344),
    /// GPT-2's smallest shape.
    GPT2_SMALL("gpt2-small", 50_257, 1_024, 768, 12, 12, 3_072),
    /// GPT-2's second shape.
    GPT2_MEDIUM("gpt2-medium", 50_257, 1_024, 1_024, 24, 16, 4_096),
    /// GPT-2's third shape.
    GPT2_LARGE("gpt2-large", 50_257, 1_024, 1_280, 36, 20, 5_120),
    /// GPT-2's largest shape.
    GPT2_XL("gpt2-xl", 50_257, 1_024, 1_600, 48, 25, 6_400);

    private final String label;
    private final int vocabularySize;
    private final int contextLength;
    private final int dModel;
    private final int numLayers;
    private final int numHeads;
    private final int feedForwardWidth;

    ModelPresets(
            String label,
            int vocabularySize,
            int contextLength,
            int dModel,
            int numLayers,
            int numHeads,
            int feedForwardWidth) {
        this.label = label;
        this.vocabularySize = vocabularySize;
        this.contextLength = contextLength;
        this.dModel = dModel;
        this.numLayers = numLayers;
        this.numHeads = numHeads;
        this.feedForwardWidth = feedForwardWidth;
    }

    /// The name users type.
    public String label() {
        return label;
    }

    /// The architecture.
    public ModelConfig config() {
        return ModelConfig.standard(vocabularySize, contextLength, dModel, numLayers, numHeads, feedForwardWidth);
    }

    /// The preset of that name.
    public static ModelPresets named(String label) {
        for (ModelPresets preset : values()) {
            if (preset.label.equals(label)) {
                return preset;
            }
        }
        throw new IllegalArgumentException(
                "preset \"" + label + "\" is not known, expected one of " + String.join(", ", labels()));
    }

    /// All names, from small to large.
    public static List<String> labels() {
        return Arrays.stream(values()).map(ModelPresets::label).toList();
    }
}
