package inkling.core.format;

import inkling.core.nn.FeedForwardSpec;
import inkling.core.nn.ModelConfig;
import inkling.core.nn.NormPlacement;
import inkling.core.nn.NormSpec;
import inkling.core.nn.PositionSpec;
import inkling.tokenizer.json.JsonPlace;
import inkling.tokenizer.json.JsonValue;
import inkling.tokenizer.json.JsonValue.JsonObject;
import java.io.IOException;
import java.util.Set;

/// A [ModelConfig] as JSON, in the names of the CS336 handout:
///
/// ```json
/// {"vocab_size": 10000, "context_length": 256, "d_model": 512, "num_layers": 4, "num_heads": 16, "d_ff": 1344}
/// ```
///
/// | optional | values | when absent |
/// |---|---|---|
/// | `num_kv_heads` | divisor of `num_heads` | `num_heads` |
/// | `norm` | `pre`, `post`, `none` | `pre` |
/// | `rms_epsilon` | a positive number | 1e-5 |
/// | `position` | `rope`, `none` | `rope` |
/// | `rope_theta` | a positive number | 10,000 |
/// | `ffn` | `swiglu`, `silu` | `swiglu` |
/// | `tied` | `true`, `false` | `false` |
public final class ModelConfigJson {
    private static final Set<String> KNOWN = Set.of(
            "vocab_size",
            "context_length",
            "d_model",
            "num_layers",
            "num_heads",
            "num_kv_heads",
            "d_ff",
            "norm",
            "rms_epsilon",
            "position",
            "rope_theta",
            "ffn",
            "tied");

    private ModelConfigJson() {}

    /// Reads a configuration; unknown members, sizes that do not fit together and unknown variants are refused.
    public static ModelConfig read(JsonPlace place) throws IOException {
        place.requireKnownMembers(KNOWN);
        int heads = size(place, "num_heads");
        String norm = choice(place, "norm", "pre", "pre", "post", "none");
        String position = choice(place, "position", "rope", "rope", "none");
        String feedForward = choice(place, "ffn", "swiglu", "swiglu", "silu");
        int width = size(place, "d_ff");
        float epsilon = positive(place, "rms_epsilon", 1e-5);
        float theta = positive(place, "rope_theta", 10_000);
        var tied = place.optional("tied");
        try {
            return new ModelConfig(
                    size(place, "vocab_size"),
                    size(place, "context_length"),
                    size(place, "d_model"),
                    size(place, "num_layers"),
                    heads,
                    place.optional("num_kv_heads").isPresent() ? size(place, "num_kv_heads") : heads,
                    norm.equals("none") ? new NormSpec.None() : new NormSpec.Rms(epsilon),
                    norm.equals("post") ? NormPlacement.POST : NormPlacement.PRE,
                    position.equals("rope") ? new PositionSpec.Rope(theta) : new PositionSpec.None(),
                    feedForward.equals("swiglu") ? new FeedForwardSpec.SwiGlu(width) : new FeedForwardSpec.Silu(width),
                    tied.isPresent() && tied.get().truth());
        } catch (IllegalArgumentException e) {
            throw new IOException(place.error(String.valueOf(e.getMessage())).getMessage(), e);
        }
    }

    /// The configuration with every member spelt out.
    public static JsonObject write(ModelConfig config) {
        JsonObject json = JsonValue.object()
                .with("vocab_size", config.vocabularySize())
                .with("context_length", config.contextLength())
                .with("d_model", config.dModel())
                .with("num_layers", config.numLayers())
                .with("num_heads", config.numHeads())
                .with("num_kv_heads", config.numKeyValueHeads())
                .with("d_ff", config.feedForward().width());
        json = switch (config.norm()) {
            case NormSpec.Rms(float epsilon) ->
                json.with("norm", config.placement() == NormPlacement.PRE ? "pre" : "post")
                        .with("rms_epsilon", decimal(epsilon));
            case NormSpec.None() -> json.with("norm", "none");
        };
        json = switch (config.position()) {
            case PositionSpec.Rope(float theta) -> json.with("position", "rope").with("rope_theta", decimal(theta));
            case PositionSpec.None() -> json.with("position", "none");
        };
        json = switch (config.feedForward()) {
            case FeedForwardSpec.SwiGlu _ -> json.with("ffn", "swiglu");
            case FeedForwardSpec.Silu _ -> json.with("ffn", "silu");
        };
        return json.with("tied", config.tiedHead());
    }

    private static double decimal(float value) {
        return Double.parseDouble(Float.toString(value)); // 1.0E-5, not 9.999999747378752E-6
    }

    private static int size(JsonPlace place, String name) throws IOException {
        return place.member(name).integer(1, Integer.MAX_VALUE);
    }

    private static float positive(JsonPlace place, String name, double absent) throws IOException {
        var member = place.optional(name);
        double value = member.isPresent() ? member.get().number() : absent;
        if (!(value > 0)) {
            throw place.error("expected " + name + " to be positive, found " + value);
        }
        return (float) value;
    }

    private static String choice(JsonPlace place, String name, String absent, String... known) throws IOException {
        var member = place.optional(name);
        if (member.isEmpty()) {
            return absent;
        }
        String value = member.get().text();
        for (String one : known) {
            if (one.equals(value)) {
                return value;
            }
        }
        throw member.get().error("expected one of " + String.join(", ", known) + ", found " + value);
    }
}
