package inkling.core.nn;

import java.util.ArrayList;
import java.util.List;

/// Every combination of the architecture's variants, in a size that can be checked by brute force.
final class Variants {
    private Variants() {}

    static List<ModelConfig> all() {
        List<ModelConfig> all = new ArrayList<>();
        for (NormSpec norm : List.of(new NormSpec.Rms(1e-5f), new NormSpec.None())) {
            for (NormPlacement placement : NormPlacement.values()) {
                for (PositionSpec position : List.of(new PositionSpec.Rope(100f), new PositionSpec.None())) {
                    for (FeedForwardSpec feedForward :
                            List.of(new FeedForwardSpec.SwiGlu(5), new FeedForwardSpec.Silu(7))) {
                        for (boolean tied : new boolean[] {false, true}) {
                            for (int keyValueHeads : new int[] {2, 1}) {
                                all.add(new ModelConfig(
                                        11, 6, 8, 2, 2, keyValueHeads, norm, placement, position, feedForward, tied));
                            }
                        }
                    }
                }
            }
        }
        return all;
    }
}
