package inkling.core.nn;

import inkling.core.device.HeadLayout;

/// Everything that defines the architecture of a Transformer language model.
///
/// @param vocabularySize `V`
/// @param contextLength longest sequence the model is trained on, in tokens
/// @param dModel `D`, width of the residual stream
/// @param numLayers `L`
/// @param numHeads `H`, query heads; divides `dModel`
/// @param numKeyValueHeads `G`, key and value heads; divides `numHeads` (equal to it for ordinary attention)
/// @param norm which normalisation
/// @param placement where it stands
/// @param position how order is known
/// @param feedForward which feed-forward network
/// @param tiedHead whether the output head shares the embedding table
public record ModelConfig(
        int vocabularySize,
        int contextLength,
        int dModel,
        int numLayers,
        int numHeads,
        int numKeyValueHeads,
        NormSpec norm,
        NormPlacement placement,
        PositionSpec position,
        FeedForwardSpec feedForward,
        boolean tiedHead) {

    /// Checks that the sizes fit together.
    public ModelConfig {
        positive("vocabulary size", vocabularySize);
        positive("context length", contextLength);
        positive("model width", dModel);
        positive("number of layers", numLayers);
        positive("number of heads", numHeads);
        positive("number of key/value heads", numKeyValueHeads);
        positive("feed-forward width", feedForward.width());
        if (dModel % numHeads != 0) {
            throw new IllegalArgumentException(numHeads + " heads do not divide the model width " + dModel);
        }
        if (numHeads % numKeyValueHeads != 0) {
            throw new IllegalArgumentException(
                    numKeyValueHeads + " key/value heads do not divide the " + numHeads + " heads");
        }
        if (position instanceof PositionSpec.Rope && (dModel / numHeads) % 2 != 0) {
            throw new IllegalArgumentException(
                    "RoPE rotates pairs, but the head width " + dModel / numHeads + " (model width / heads) is odd");
        }
    }

    /// The model of the handout: pre-norm, RMSNorm with ε = 1e-5, RoPE with θ = 10,000, SwiGLU, untied head, as
    /// many key/value heads as heads.
    public static ModelConfig standard(
            int vocabularySize, int contextLength, int dModel, int numLayers, int numHeads, int dFf) {
        return new ModelConfig(
                vocabularySize,
                contextLength,
                dModel,
                numLayers,
                numHeads,
                numHeads,
                new NormSpec.Rms(1e-5f),
                NormPlacement.PRE,
                new PositionSpec.Rope(10_000f),
                new FeedForwardSpec.SwiGlu(dFf),
                false);
    }

    /// The same architecture for another vocabulary.
    public ModelConfig withVocabularySize(int newVocabularySize) {
        return new ModelConfig(
                newVocabularySize,
                contextLength,
                dModel,
                numLayers,
                numHeads,
                numKeyValueHeads,
                norm,
                placement,
                position,
                feedForward,
                tiedHead);
    }

    /// The same architecture for another context length.
    public ModelConfig withContextLength(int newContextLength) {
        return new ModelConfig(
                vocabularySize,
                newContextLength,
                dModel,
                numLayers,
                numHeads,
                numKeyValueHeads,
                norm,
                placement,
                position,
                feedForward,
                tiedHead);
    }

    /// `K`, width of one head.
    public int headWidth() {
        return dModel / numHeads;
    }

    /// Division of a fused projection row into heads.
    public HeadLayout heads() {
        return new HeadLayout(numHeads, numKeyValueHeads, headWidth());
    }

    private static void positive(String what, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("the " + what + " is " + value + ", expected at least 1");
        }
    }
}
