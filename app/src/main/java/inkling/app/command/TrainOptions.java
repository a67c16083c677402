package inkling.app.command;

import inkling.core.nn.ModelPresets;
import inkling.core.train.TrainConfig;
import inkling.core.train.TrainConfigJson;
import inkling.core.train.TrainPresets;
import inkling.tokenizer.json.JsonReader;
import inkling.tokenizer.json.JsonValue;
import inkling.tokenizer.json.JsonValue.JsonInteger;
import inkling.tokenizer.json.JsonValue.JsonObject;
import inkling.tokenizer.json.JsonWriter;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Options that say what is trained and how: a preset or a file, and single values that replace the ones found there.
///
/// They are put together as the JSON of a training configuration, so that there is one place that checks all of it.
final class TrainOptions {
    private static final int WIDTH_MULTIPLE = 64;

    @Option(
            names = "--preset",
            paramLabel = "NAME",
            description =
                    "demo (2 minutes on two cores), small (10 minutes, the default) or tinystories (hours): a model"
                            + " with the batch, length and learning rate that suit it. Or an architecture: gpt2-small ...")
    @Nullable
    String preset;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "A training configuration, as in the config.json of a run.")
    @Nullable
    Path config;

    @Option(names = "--context-length", paramLabel = "T", description = "Tokens in a sequence.")
    @Nullable
    Long contextLength;

    @Option(names = "--d-model", paramLabel = "D", description = "Width of the model.")
    @Nullable
    Long dModel;

    @Option(names = "--num-layers", paramLabel = "L", description = "Layers.")
    @Nullable
    Long numLayers;

    @Option(names = "--num-heads", paramLabel = "H", description = "Attention heads; they divide D.")
    @Nullable
    Long numHeads;

    @Option(names = "--num-kv-heads", paramLabel = "G", description = "Key and value heads; they divide H.")
    @Nullable
    Long numKeyValueHeads;

    @Option(names = "--d-ff", paramLabel = "F", description = "Feed-forward width (default: about 8/3 of D).")
    @Nullable
    Long dFf;

    @Option(names = "--ffn", paramLabel = "KIND", description = "swiglu (default) or silu.")
    @Nullable
    String ffn;

    @Option(names = "--norm", paramLabel = "WHERE", description = "pre (default), post or none.")
    @Nullable
    String norm;

    @Option(names = "--position", paramLabel = "KIND", description = "rope (default) or none.")
    @Nullable
    String position;

    @Option(names = "--tied", description = "Share the embedding table with the output head.")
    @Nullable
    Boolean tied;

    @Option(names = "--batch-size", paramLabel = "B", description = "Sequences in a step (default 8).")
    @Nullable
    Long batchSize;

    @Option(names = "--micro-batches", paramLabel = "N", description = "Parts of a batch, to save memory (default 1).")
    @Nullable
    Long microBatches;

    @Option(names = "--steps", paramLabel = "N", description = "Optimizer steps (default 6000).")
    @Nullable
    Long steps;

    @Option(
            names = "--lr",
            paramLabel = "X",
            description = "Highest learning rate (default: 0.006 · 128/D, at most 0.006).")
    @Nullable
    Double learningRate;

    @Option(names = "--min-lr", paramLabel = "X", description = "Last learning rate (default: a tenth of --lr).")
    @Nullable
    Double minLearningRate;

    @Option(names = "--warmup", paramLabel = "N", description = "Steps of warm-up (default: a twentieth of all).")
    @Nullable
    Long warmup;

    @Option(names = "--weight-decay", paramLabel = "X", description = "AdamW's weight decay (default 0.1).")
    @Nullable
    Double weightDecay;

    @Option(names = "--beta1", paramLabel = "X", description = "AdamW's first decay rate (default 0.9).")
    @Nullable
    Double beta1;

    @Option(names = "--beta2", paramLabel = "X", description = "AdamW's second decay rate (default 0.95).")
    @Nullable
    Double beta2;

    @Option(names = "--clip", paramLabel = "X", description = "Longest gradient that is not clipped (default 1).")
    @Nullable
    Double clip;

    @Option(names = "--seed", paramLabel = "S", description = "Decides starting weights and batches (default 1).")
    @Nullable
    Long seed;

    @Option(
            names = "--eval-every",
            paramLabel = "N",
            description = "Steps between evaluations (default: a tenth of all).")
    @Nullable
    Long evalEvery;

    @Option(names = "--eval-tokens", paramLabel = "N", description = "Validation tokens looked at (default 50,000).")
    @Nullable
    Long evalTokens;

    @Option(
            names = "--checkpoint-every",
            paramLabel = "N",
            description = "Steps between checkpoints (default: as evaluations).")
    @Nullable
    Long checkpointEvery;

    /// The vocabulary that the preset or file names, for a tokenizer that is trained first.
    int vocabularySize() throws IOException {
        JsonObject json = config == null ? preset(1) : file(config);
        int absent = TrainPresets.SMALL.config().model().vocabularySize();
        int size = Math.clamp(integer(part(json, "model"), "vocab_size", absent), 1, Integer.MAX_VALUE);
        return config(size, 1).model().vocabularySize(); // refuses what does not fit together before the long work
    }

    /// The configuration for a vocabulary, with a number of steps that replaces the one of the options if it is
    /// positive.
    TrainConfig config(int vocabularySize, long forcedSteps) throws IOException {
        if (preset != null && config != null) {
            throw new IllegalArgumentException("give --preset or --config, not both");
        }
        JsonObject json = config == null ? preset(forcedSteps) : file(config);
        long allSteps = forcedSteps > 0 ? forcedSteps : steps != null ? steps : integer(json, "steps", 1);
        JsonObject model = model(part(json, "model"), vocabularySize);
        json = with(json, "steps", allSteps).with("model", model);
        json = json.with("batch", batch(part(json, "batch"), model));
        json = json.with("learning_rate", schedule(part(json, "learning_rate"), allSteps));
        JsonObject optimizer = part(json, "optimizer");
        optimizer = optimizer.members().containsKey("kind") ? optimizer : optimizer.with("kind", "adamw");
        optimizer = with(with(with(optimizer, "beta1", beta1), "beta2", beta2), "weight_decay", weightDecay);
        json = with(with(json.with("optimizer", optimizer), "max_gradient_norm", clip), "seed", seed);
        JsonObject evaluation = part(json, "evaluation");
        json = json.with("evaluation", with(with(evaluation, "every_steps", evalEvery), "max_tokens", evalTokens));
        JsonObject checkpoints = part(json, "checkpoints");
        json = json.with("checkpoints", with(checkpoints, "every_steps", checkpointEvery));
        return TrainConfigJson.read(JsonReader.read("the configuration", JsonWriter.compact(json)));
    }

    private JsonObject preset(long forcedSteps) {
        long asked = forcedSteps > 0 ? forcedSteps : steps != null ? steps : 0;
        String name = preset == null ? TrainPresets.SMALL.label() : preset;
        if (TrainPresets.labels().contains(name)) {
            TrainPresets known = TrainPresets.named(name);
            return TrainConfigJson.write(known.config(asked > 0 ? asked : known.steps()));
        }
        long length = asked > 0 ? asked : TrainPresets.SMALL.steps();
        return TrainConfigJson.write(
                TrainPresets.config(ModelPresets.named(name).config(), length));
    }

    private JsonObject model(JsonObject given, int vocabularySize) {
        long largest = config == null ? vocabularySize : Math.max(vocabularySize, integer(given, "vocab_size", 0));
        JsonObject model = given.with("vocab_size", largest);
        model = with(with(model, "context_length", contextLength), "num_layers", numLayers);
        if (numHeads != null) {
            model = model.with("num_heads", numHeads).with("num_kv_heads", numHeads);
        }
        if (dModel != null) {
            long nearest = Math.max(1, Math.round(dModel * 8 / 3.0 / WIDTH_MULTIPLE)) * WIDTH_MULTIPLE;
            model = model.with("d_model", dModel).with("d_ff", nearest);
        }
        model = with(with(model, "num_kv_heads", numKeyValueHeads), "d_ff", dFf);
        model = with(with(with(model, "ffn", ffn), "norm", norm), "position", position);
        return tied == null ? model : model.with("tied", tied);
    }

    private JsonObject batch(JsonObject given, JsonObject model) {
        long sequences = batchSize != null ? batchSize : integer(given, "sequences", 8);
        long time = integer(given, "time", integer(model, "context_length", 1));
        return with(given, "micro_batches", microBatches)
                .with("sequences", sequences)
                .with("time", contextLength != null ? contextLength : time);
    }

    private JsonObject schedule(JsonObject given, long allSteps) {
        JsonObject schedule = given;
        if (config == null && dModel != null && dModel > 0) {
            schedule = withHighest(schedule, TrainPresets.learningRate((int) Math.min(dModel, Integer.MAX_VALUE)));
        }
        if (learningRate != null) {
            schedule = withHighest(schedule, learningRate);
        }
        schedule = with(with(schedule, "min", minLearningRate), "warmup", warmup);
        if (given.members().containsKey("cycle") && steps != null) {
            schedule = schedule.with("cycle", allSteps);
        }
        return schedule;
    }

    private JsonObject withHighest(JsonObject schedule, double highest) {
        JsonObject changed = schedule.with("max", highest);
        return schedule.members().containsKey("min") ? changed.with("min", highest / 10) : changed;
    }

    private static JsonObject file(Path config) throws IOException {
        JsonObject whole = JsonReader.read(config).object();
        return whole.members().get("training") instanceof JsonObject training ? training : whole;
    }

    private static JsonObject part(JsonObject json, String name) {
        return json.members().get(name) instanceof JsonObject part ? part : JsonValue.object();
    }

    private static long integer(JsonObject json, String name, long absent) {
        return json.members().get(name) instanceof JsonInteger(long value) ? value : absent;
    }

    private static JsonObject with(JsonObject json, String name, @Nullable Object value) {
        return switch (value) {
            case null -> json;
            case Long number -> json.with(name, number.longValue());
            case Double number -> json.with(name, number.doubleValue());
            case String text -> json.with(name, text);
            default -> throw new IllegalStateException("option " + name + " of an unknown kind");
        };
    }
}
