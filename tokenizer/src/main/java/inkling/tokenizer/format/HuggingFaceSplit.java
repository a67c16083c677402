package inkling.tokenizer.format;

import inkling.tokenizer.json.JsonPlace;
import inkling.tokenizer.json.JsonValue;
import inkling.tokenizer.json.JsonValue.JsonArray;
import inkling.tokenizer.json.JsonValue.JsonObject;
import inkling.tokenizer.split.SplitPattern;
import java.io.IOException;
import java.util.List;

/// The split rule inside a `tokenizer.json`: `ByteLevel` alone is GPT-2's, a `Split` with a regular expression
/// before it any other.
final class HuggingFaceSplit {
    private HuggingFaceSplit() {}

    /// The split rule of a tokenizer.
    static SplitPattern read(JsonPlace root) throws IOException {
        JsonPlace rule = root.member("pre_tokenizer");
        String type = rule.member("type").text();
        return switch (type) {
            case "ByteLevel" -> byteLevel(rule);
            case "Sequence" -> sequence(rule.member("pretokenizers"));
            default -> throw rule.error("expected \"ByteLevel\" or \"Sequence\", found \"" + type + "\"");
        };
    }

    private static SplitPattern byteLevel(JsonPlace rule) throws IOException {
        requireNoPrefixSpace(rule);
        if (rule.optional("use_regex").isPresent() && !rule.member("use_regex").truth()) {
            throw rule.error("a text that is not split at all is not supported");
        }
        return SplitPattern.Known.GPT2;
    }

    private static SplitPattern sequence(JsonPlace rules) throws IOException {
        List<JsonPlace> items = rules.items();
        if (items.size() != 2
                || !items.get(0).member("type").text().equals("Split")
                || !items.get(1).member("type").text().equals("ByteLevel")) {
            throw rules.error("expected a \"Split\" followed by a \"ByteLevel\"");
        }
        requireNoPrefixSpace(items.get(1));
        if (items.get(1).optional("use_regex").isEmpty()
                || items.get(1).member("use_regex").truth()) {
            throw items.get(1).error("splitting twice is not supported");
        }
        JsonPlace split = items.get(0);
        String behavior = split.member("behavior").text();
        boolean matches = HuggingFaceFormat.flag(split, "invert") && behavior.equals("Removed");
        if (!behavior.equals("Isolated") && !matches) {
            throw split.error("expected the behavior \"Isolated\", found \"" + behavior + "\"");
        }
        JsonPlace regex = split.member("pattern").member("Regex");
        try {
            return SplitPattern.of(regex.text());
        } catch (IllegalArgumentException e) {
            throw regex.error(String.valueOf(e.getMessage()));
        }
    }

    private static void requireNoPrefixSpace(JsonPlace rule) throws IOException {
        if (HuggingFaceFormat.flag(rule, "add_prefix_space")) {
            throw rule.member("add_prefix_space").error("adding a space before the text is not supported");
        }
    }

    /// The rule as `tokenizer.json` has it.
    static JsonObject write(SplitPattern pattern) {
        boolean gpt2 = pattern == SplitPattern.Known.GPT2;
        JsonObject byteLevel = JsonValue.object()
                .with("type", "ByteLevel")
                .with("add_prefix_space", false)
                .with("trim_offsets", true)
                .with("use_regex", gpt2);
        if (gpt2) {
            return byteLevel;
        }
        JsonObject split = JsonValue.object()
                .with("type", "Split")
                .with("pattern", JsonValue.object().with("Regex", pattern.regex()))
                .with("behavior", "Isolated")
                .with("invert", false);
        return JsonValue.object()
                .with("type", "Sequence")
                .with("pretokenizers", new JsonArray(List.of(split, byteLevel)));
    }
}
