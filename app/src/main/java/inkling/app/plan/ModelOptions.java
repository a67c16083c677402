package inkling.app.plan;

import inkling.core.format.ModelConfigJson;
import inkling.core.nn.ModelConfig;
import inkling.core.nn.ModelPresets;
import inkling.tokenizer.json.JsonPlace;
import inkling.tokenizer.json.JsonReader;
import inkling.tokenizer.json.JsonValue;
import inkling.tokenizer.json.JsonValue.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Options that say which architecture is meant: a preset or a file, and sizes that replace the ones found there.
public final class ModelOptions {
    /// Sizes that a sweep may replace.
    static final List<String> SWEPT = List.of(
            "vocab-size",
            "context-length",
            "d-model",
            "num-layers",
            "num-heads",
            "num-kv-heads",
            "d-ff",
            "ffn",
            "norm",
            "position",
            "tied");

    private static final int WIDTH_MULTIPLE = 64;

    @Option(
            names = "--preset",
            paramLabel = "NAME",
            description = "A named architecture: ${COMPLETION-CANDIDATES}.",
            completionCandidates = Presets.class)
    private @Nullable String preset;

    @Option(names = "--config", paramLabel = "FILE", description = "A config.json, or a run folder that holds one.")
    private @Nullable Path config;

    @Option(names = "--vocab-size", paramLabel = "V", description = "Tokens in the vocabulary.")
    private @Nullable String vocabSize;

    @Option(names = "--context-length", paramLabel = "T", description = "Tokens in a sequence.")
    private @Nullable String contextLength;

    @Option(names = "--d-model", paramLabel = "D", description = "Width of the model.")
    private @Nullable String dModel;

    @Option(names = "--num-layers", paramLabel = "L", description = "Layers.")
    private @Nullable String numLayers;

    @Option(names = "--num-heads", paramLabel = "H", description = "Query heads; they divide D.")
    private @Nullable String numHeads;

    @Option(names = "--num-kv-heads", paramLabel = "G", description = "Key and value heads; they divide H.")
    private @Nullable String numKeyValueHeads;

    @Option(
            names = "--d-ff",
            paramLabel = "F",
            description = "Width of the feed-forward network: a number, 4x (four times D) or 8/3 (the multiple of 64"
                    + " nearest to 8/3 of D).")
    private @Nullable String dFf;

    @Option(names = "--ffn", paramLabel = "KIND", description = "swiglu (three matrices) or silu (two).")
    private @Nullable String ffn;

    @Option(names = "--norm", paramLabel = "WHERE", description = "pre, post or none.")
    private @Nullable String norm;

    @Option(names = "--position", paramLabel = "KIND", description = "rope or none.")
    private @Nullable String position;

    @Option(names = "--tied", description = "The output head shares the embedding table.")
    private boolean tied;

    /// The names of all presets, for the help.
    static final class Presets extends ArrayList<String> {
        private static final long serialVersionUID = 1L;

        Presets() {
            super(ModelPresets.labels());
        }
    }

    /// An architecture and how to call it.
    ///
    /// @param name the preset, the file, or `model`
    /// @param config the architecture
    public record Named(String name, ModelConfig config) {}

    /// What the options describe.
    ///
    /// @throws IllegalArgumentException if they describe no model, or two
    /// @throws IOException if the file cannot be read
    public Named model() throws IOException {
        return model(base(), baseName(), Map.of());
    }

    /// The same with one size replaced, for sweeps; `key` is the option's name without dashes in front.
    Named modelWith(String key, String value) throws IOException {
        return model(base(), key + "=" + value, Map.of(key.replace('-', '_'), value));
    }

    /// A preset or file of a comparison, with the sizes of these options.
    Named compared(String presetOrFile) throws IOException {
        if (preset != null || config != null) {
            throw new IllegalArgumentException("give --compare, or --preset or --config, not both");
        }
        boolean known = ModelPresets.labels().contains(presetOrFile);
        if (!known && !Files.exists(Path.of(presetOrFile))) {
            throw new IllegalArgumentException("--compare " + presetOrFile
                    + ": neither a file nor a preset; presets are " + String.join(", ", ModelPresets.labels()));
        }
        JsonObject start =
                known ? ModelConfigJson.write(ModelPresets.named(presetOrFile).config()) : file(Path.of(presetOrFile));
        return model(start, presetOrFile, Map.of());
    }

    private String baseName() {
        if (preset != null) {
            return preset;
        }
        return config == null ? "model" : config.toString();
    }

    private JsonObject base() throws IOException {
        if (preset != null && config != null) {
            throw new IllegalArgumentException("give --preset or --config, not both");
        }
        if (preset != null) {
            return ModelConfigJson.write(ModelPresets.named(preset).config());
        }
        if (config != null) {
            return file(config);
        }
        List<String> missing = new ArrayList<>();
        required().forEach((name, value) -> {
            if (value == null) {
                missing.add(name);
            }
        });
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException(
                    "which model? Give --preset NAME, --config FILE, or all sizes; missing are "
                            + String.join(", ", missing));
        }
        return JsonValue.object();
    }

    private Map<String, @Nullable String> required() {
        Map<String, @Nullable String> required = new LinkedHashMap<>();
        required.put("--vocab-size", vocabSize);
        required.put("--context-length", contextLength);
        required.put("--d-model", dModel);
        required.put("--num-layers", numLayers);
        required.put("--num-heads", numHeads);
        return required;
    }

    private static JsonObject file(Path path) throws IOException {
        Path file = Files.isDirectory(path) ? path.resolve("config.json") : path;
        JsonPlace whole = JsonReader.read(file);
        JsonPlace place = whole.optional("training").orElse(whole); // a run's configuration has the model inside
        var model = place.optional("model");
        return ModelConfigJson.write(ModelConfigJson.read(model.orElse(place)));
    }

    private Named model(JsonObject start, String name, Map<String, String> replaced) throws IOException {
        Map<String, JsonValue> members = new LinkedHashMap<>(start.members());
        boolean ordinary =
                members.get("num_heads") == null || members.get("num_heads").equals(members.get("num_kv_heads"));
        if (ordinary) {
            members.remove("num_kv_heads"); // follows num_heads, which may change below
        }
        Map<String, String> given = given();
        given.putAll(replaced);
        String width = given.remove("d_ff");
        given.forEach((key, value) -> members.put(key, member(key, value)));
        if (tied) {
            members.put("tied", new JsonValue.JsonBoolean(true));
        }
        if (width != null || !members.containsKey("d_ff")) {
            members.put("d_ff", new JsonValue.JsonInteger(feedForwardWidth(width == null ? "8/3" : width, members)));
        }
        return new Named(name, ModelConfigJson.read(new JsonPlace("options", "", new JsonObject(members))));
    }

    private Map<String, String> given() {
        Map<String, @Nullable String> all = new LinkedHashMap<>();
        required().forEach((option, value) -> all.put(option.substring(2).replace('-', '_'), value));
        all.put("num_kv_heads", numKeyValueHeads);
        all.put("d_ff", dFf);
        all.put("ffn", ffn);
        all.put("norm", norm);
        all.put("position", position);
        Map<String, String> given = new LinkedHashMap<>();
        all.forEach((key, value) -> {
            if (value != null) {
                given.put(key, value);
            }
        });
        return given;
    }

    private static JsonValue member(String key, String value) {
        return switch (key) {
            case "ffn", "norm", "position" -> new JsonValue.JsonString(value);
            case "tied" -> new JsonValue.JsonBoolean(truth(value));
            default -> new JsonValue.JsonInteger(size("--" + key.replace('_', '-'), value));
        };
    }

    private static boolean truth(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("tied is " + text + ", expected true or false");
        };
    }

    private static long feedForwardWidth(String rule, Map<String, JsonValue> members) {
        long width = members.get("d_model") instanceof JsonValue.JsonInteger(long value) ? value : 0;
        return switch (rule) {
            case "4x" -> 4 * width;
            case "8/3" -> Math.max(1, Math.round(8.0 * width / 3 / WIDTH_MULTIPLE)) * WIDTH_MULTIPLE;
            default -> size("--d-ff", rule);
        };
    }

    /// No options given yet.
    public ModelOptions() {}

    /// A size as users type it: digits, perhaps with separators, between 1 and 2³¹ − 1.
    public static int size(String option, String text) {
        String digits = text.replaceAll("[_,]", "");
        if (!digits.matches("-?[0-9]{1,30}")) {
            throw new IllegalArgumentException(option + " " + text + " is not a whole number");
        }
        var number = new java.math.BigInteger(digits);
        if (number.signum() <= 0 || number.bitLength() > 31) {
            throw new IllegalArgumentException(
                    option + " is " + text + ", expected a whole number from 1 to 2,147,483,647");
        }
        return number.intValueExact();
    }
}
