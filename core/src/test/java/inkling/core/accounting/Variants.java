package inkling.core.accounting;

import inkling.core.nn.FeedForwardSpec;
import inkling.core.nn.ModelConfig;
import inkling.core.nn.NormPlacement;
import inkling.core.nn.NormSpec;
import inkling.core.nn.PositionSpec;
import java.util.ArrayList;
import java.util.List;

/// Configurations that differ in one respect each, and all combinations of small odd ones.
final class Variants {
    private Variants() {}

    static ModelConfig withFeedForward(ModelConfig base, FeedForwardSpec feedForward) {
        return new ModelConfig(
                base.vocabularySize(),
                base.contextLength(),
                base.dModel(),
                base.numLayers(),
                base.numHeads(),
                base.numKeyValueHeads(),
                base.norm(),
                base.placement(),
                base.position(),
                feedForward,
                base.tiedHead());
    }

    static ModelConfig withContext(ModelConfig base, int contextLength) {
        return new ModelConfig(
                base.vocabularySize(),
                contextLength,
                base.dModel(),
                base.numLayers(),
                base.numHeads(),
                base.numKeyValueHeads(),
                base.norm(),
                base.placement(),
                base.position(),
                base.feedForward(),
                base.tiedHead());
    }

    static ModelConfig withLayers(ModelConfig base, int layers) {
        return new ModelConfig(
                base.vocabularySize(),
                base.contextLength(),
                base.dModel(),
                layers,
                base.numHeads(),
                base.numKeyValueHeads(),
                base.norm(),
                base.placement(),
                base.position(),
                base.feedForward(),
                base.tiedHead());
    }

    /// Every combination of norm, placement, position, feed-forward, tying and grouping, at small and odd sizes.
    static List<ModelConfig> all() {
        List<ModelConfig> all = new ArrayList<>();
        for (NormSpec norm : List.of(new NormSpec.Rms(1e-5f), new NormSpec.None())) {
            for (NormPlacement placement : NormPlacement.values()) {
                for (PositionSpec position : List.of(new PositionSpec.Rope(10_000f), new PositionSpec.None())) {
                    for (FeedForwardSpec ffn : List.of(new FeedForwardSpec.SwiGlu(33), new FeedForwardSpec.Silu(37))) {
                        for (boolean tied : new boolean[] {false, true}) {
                            for (int groups : new int[] {6, 3, 1}) {
                                all.add(new ModelConfig(
                                        101, 7, 36, 3, 6, groups, norm, placement, position, ffn, tied));
                            }
                        }
                    }
                }
            }
        }
        return all;
    }
}
