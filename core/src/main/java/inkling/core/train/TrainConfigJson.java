package inkling.core.train;

import inkling.core.device.AdamWStep;
import inkling.core.format.ModelConfigJson;
import inkling.core.optim.LearningRate;
import inkling.core.optim.OptimizerSpec;
import inkling.tokenizer.json.JsonPlace;
import inkling.tokenizer.json.JsonValue;
import inkling.tokenizer.json.JsonValue.JsonObject;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// A [TrainConfig] as JSON. Only `model`, `batch`, `steps` and `learning_rate` must be there; what else is missing has
/// its standard value, and what is not known is refused.
///
/// ```json
/// {
///   "model": {"vocab_size": 4096, "context_length": 128, "d_model": 128, "num_layers": 4, "num_heads": 4, "d_ff":
/// 384},
///   "batch": {"sequences": 32, "time": 128, "micro_batches": 1},
///   "steps": 1000,
///   "learning_rate": {"kind": "cosine", "max": 3e-3, "min": 3e-4, "warmup": 50, "cycle": 1000},
///   "optimizer": {"kind": "adamw", "beta1": 0.9, "beta2": 0.95, "epsilon": 1e-8, "weight_decay": 0.1},
///   "max_gradient_norm": 1.0, "seed": 1,
///   "evaluation": {"every_steps": 100, "max_tokens": 100000},
///   "checkpoints": {"every_steps": 500, "every_minutes": 10, "keep": 2}
/// }
/// ```
public final class TrainConfigJson {
    private static final Set<String> KNOWN = Set.of(
            "model",
            "batch",
            "steps",
            "learning_rate",
            "optimizer",
            "max_gradient_norm",
            "seed",
            "evaluation",
            "checkpoints");

    private TrainConfigJson() {}

    /// Reads a configuration.
    public static TrainConfig read(JsonPlace place) throws IOException {
        place.requireKnownMembers(KNOWN);
        long steps = place.member("steps").integer(1, Long.MAX_VALUE);
        Optional<JsonPlace> optimizer = place.optional("optimizer");
        return checked(
                place,
                () -> new TrainConfig(
                        ModelConfigJson.read(place.member("model")),
                        new TrainConfig.Optimization(
                                optimizer.isPresent() ? optimizer(optimizer.get()) : OptimizerSpec.AdamW.standard(),
                                learningRate(place.member("learning_rate"), steps),
                                decimal(place, "max_gradient_norm", 1)),
                        batch(place.member("batch")),
                        steps,
                        integer(place, "seed", Long.MIN_VALUE, 1),
                        evaluation(place.optional("evaluation")),
                        checkpoints(place.optional("checkpoints"))));
    }

    /// The configuration with every member spelt out.
    public static JsonObject write(TrainConfig config) {
        TrainConfig.Batch batch = config.batch();
        TrainConfig.Checkpoints checkpoints = config.checkpoints();
        return JsonValue.object()
                .with("model", ModelConfigJson.write(config.model()))
                .with(
                        "batch",
                        JsonValue.object()
                                .with("sequences", batch.sequences())
                                .with("time", batch.time())
                                .with("micro_batches", batch.microBatches()))
                .with("steps", config.steps())
                .with("learning_rate", write(config.optimization().learningRate()))
                .with("optimizer", write(config.optimization().optimizer()))
                .with("max_gradient_norm", config.optimization().maxGradientNorm())
                .with("seed", config.seed())
                .with(
                        "evaluation",
                        JsonValue.object()
                                .with("every_steps", config.evaluation().everySteps())
                                .with("max_tokens", config.evaluation().maxTokens()))
                .with(
                        "checkpoints",
                        JsonValue.object()
                                .with("every_steps", checkpoints.everySteps())
                                .with("every_minutes", checkpoints.everyMinutes())
                                .with("keep", checkpoints.keep()));
    }

    private static JsonObject write(LearningRate schedule) {
        return switch (schedule) {
            case LearningRate.Constant(double rate) ->
                JsonValue.object().with("kind", "constant").with("max", rate);
            case LearningRate.WarmupCosine(double max, double min, long warmup, long cycle) ->
                JsonValue.object()
                        .with("kind", "cosine")
                        .with("max", max)
                        .with("min", min)
                        .with("warmup", warmup)
                        .with("cycle", cycle);
        };
    }

    private static JsonObject write(OptimizerSpec spec) {
        return switch (spec) {
            case OptimizerSpec.AdamW adamW ->
                JsonValue.object()
                        .with("kind", "adamw")
                        .with("beta1", adamW.beta1())
                        .with("beta2", adamW.beta2())
                        .with("epsilon", adamW.epsilon())
                        .with("weight_decay", adamW.weightDecay())
                        .with("decay_gains", adamW.decayGains())
                        .with("order", adamW.order().name().toLowerCase(Locale.ROOT));
            case OptimizerSpec.Sgd(boolean decayed) ->
                JsonValue.object().with("kind", "sgd").with("decayed", decayed);
        };
    }

    private static LearningRate learningRate(JsonPlace place, long steps) throws IOException {
        String kind = place.member("kind").text();
        double max = place.member("max").number();
        if (kind.equals("constant")) {
            place.requireKnownMembers(Set.of("kind", "max"));
            return checked(place, () -> new LearningRate.Constant(max));
        }
        if (!kind.equals("cosine")) {
            throw place.error("expected kind to be cosine or constant, found " + kind);
        }
        place.requireKnownMembers(Set.of("kind", "max", "min", "warmup", "cycle"));
        return checked(
                place,
                () -> new LearningRate.WarmupCosine(
                        max,
                        decimal(place, "min", max / 10),
                        integer(place, "warmup", 0, steps / 20),
                        integer(place, "cycle", 0, steps)));
    }

    private static OptimizerSpec optimizer(JsonPlace place) throws IOException {
        String kind = place.member("kind").text();
        if (kind.equals("sgd")) {
            place.requireKnownMembers(Set.of("kind", "decayed"));
            return new OptimizerSpec.Sgd(truth(place, "decayed"));
        }
        if (!kind.equals("adamw")) {
            throw place.error("expected kind to be adamw or sgd, found " + kind);
        }
        place.requireKnownMembers(Set.of("kind", "beta1", "beta2", "epsilon", "weight_decay", "decay_gains", "order"));
        OptimizerSpec.AdamW standard = OptimizerSpec.AdamW.standard();
        AdamWStep.Order order = place.optional("order").isPresent() ? order(place.member("order")) : standard.order();
        return checked(
                place,
                () -> new OptimizerSpec.AdamW(
                        decimal(place, "beta1", standard.beta1()),
                        decimal(place, "beta2", standard.beta2()),
                        decimal(place, "epsilon", standard.epsilon()),
                        decimal(place, "weight_decay", standard.weightDecay()),
                        truth(place, "decay_gains"),
                        order));
    }

    private static AdamWStep.Order order(JsonPlace place) throws IOException {
        for (AdamWStep.Order order : AdamWStep.Order.values()) {
            if (order.name().toLowerCase(Locale.ROOT).equals(place.text())) {
                return order;
            }
        }
        throw place.error("expected decay_first, decay_last or pytorch, found " + place.text());
    }

    private static TrainConfig.Batch batch(JsonPlace place) throws IOException {
        place.requireKnownMembers(Set.of("sequences", "time", "micro_batches"));
        return checked(
                place,
                () -> new TrainConfig.Batch(
                        place.member("sequences").integer(1, Integer.MAX_VALUE),
                        place.member("time").integer(1, Integer.MAX_VALUE),
                        place.optional("micro_batches").isPresent()
                                ? place.member("micro_batches").integer(1, Integer.MAX_VALUE)
                                : 1));
    }

    private static TrainConfig.Evaluation evaluation(Optional<JsonPlace> optional) throws IOException {
        if (optional.isEmpty()) {
            return new TrainConfig.Evaluation(250, 100_000);
        }
        JsonPlace place = optional.get();
        place.requireKnownMembers(Set.of("every_steps", "max_tokens"));
        return new TrainConfig.Evaluation(
                integer(place, "every_steps", 1, 250), integer(place, "max_tokens", 1, 100_000));
    }

    private static TrainConfig.Checkpoints checkpoints(Optional<JsonPlace> optional) throws IOException {
        if (optional.isEmpty()) {
            return new TrainConfig.Checkpoints(500, 10, 2);
        }
        JsonPlace place = optional.get();
        place.requireKnownMembers(Set.of("every_steps", "every_minutes", "keep"));
        return checked(
                place,
                () -> new TrainConfig.Checkpoints(
                        integer(place, "every_steps", 1, 500),
                        decimal(place, "every_minutes", 10),
                        Math.toIntExact(Math.min(Integer.MAX_VALUE, integer(place, "keep", 1, 2)))));
    }

    private static double decimal(JsonPlace place, String name, double absent) throws IOException {
        Optional<JsonPlace> member = place.optional(name);
        return member.isPresent() ? member.get().number() : absent;
    }

    private static long integer(JsonPlace place, String name, long lowest, long absent) throws IOException {
        Optional<JsonPlace> member = place.optional(name);
        return member.isPresent() ? member.get().integer(lowest, Long.MAX_VALUE) : absent;
    }

    private static boolean truth(JsonPlace place, String name) throws IOException {
        Optional<JsonPlace> member = place.optional(name);
        return member.isPresent() && member.get().truth();
    }

    /// Makes a value whose constructor checks its arguments; what it refuses becomes an error at this place.
    private static <T> T checked(JsonPlace place, Reading<T> reading) throws IOException {
        try {
            return reading.read();
        } catch (IllegalArgumentException e) {
            throw new IOException(place.error(String.valueOf(e.getMessage())).getMessage(), e);
        }
    }

    @FunctionalInterface
    private interface Reading<T> {
        T read() throws IOException;
    }
}
