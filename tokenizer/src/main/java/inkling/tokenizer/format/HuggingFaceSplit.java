package inkling.tokenizer.format;

import inkling.tokenizer.json.JsonPlace;
import inkling.tokenizer.json.JsonValue;
import inkling.tokenizer.json.JsonValue.JsonArray;
import inkling.tokenizer.json.JsonValue.JsonObject;
import inkling.tokenizer.split.SplitPattern;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The split rule inside a `tokenizer.json`: a chain of `Split` and `Digits`, and last a `ByteLevel`, which brings
/// GPT-2's rule with it unless told not to.
final class HuggingFaceSplit {
    private HuggingFaceSplit() {}

    /// The split rule of a tokenizer.
    static SplitPattern read(JsonPlace root) throws IOException {
        JsonPlace rule = root.member("pre_tokenizer");
        boolean sequence = rule.member("type").text().equals("Sequence");
        List<JsonPlace> steps = sequence ? rule.member("pretokenizers").items() : List.of(rule);
        List<SplitPattern> patterns = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            boolean last = i + 1 == steps.size();
            String type = steps.get(i).member("type").text();
            if (last != type.equals("ByteLevel")) {
                throw steps.get(i)
                        .error(
                                last
                                        ? "expected \"ByteLevel\" as the last step, found \"" + type + "\""
                                        : "\"ByteLevel\" is only supported as the last step");
            }
            Optional<SplitPattern> pattern = step(steps.get(i), type);
            if (pattern.isPresent()) {
                patterns.add(pattern.get());
            }
        }
        if (patterns.isEmpty()) {
            throw rule.error("a text that is not split at all is not supported");
        }
        SplitPattern all = patterns.getFirst();
        for (SplitPattern next : patterns.subList(1, patterns.size())) {
            all = new SplitPattern.Chain(all, next);
        }
        return all;
    }

    private static Optional<SplitPattern> step(JsonPlace step, String type) throws IOException {
        return switch (type) {
            case "ByteLevel" -> byteLevel(step);
            case "Split" -> Optional.of(split(step));
            case "Digits" ->
                Optional.of(new SplitPattern.Numbers(
                        HuggingFaceFormat.flag(step, "individual_digits") ? 1 : Integer.MAX_VALUE));
            default -> throw step.error("expected \"Split\", \"Digits\" or \"ByteLevel\", found \"" + type + "\"");
        };
    }

    private static Optional<SplitPattern> byteLevel(JsonPlace step) throws IOException {
        if (HuggingFaceFormat.flag(step, "add_prefix_space")) {
            throw step.member("add_prefix_space").error("adding a space before the text is not supported");
        }
        boolean splits =
                step.optional("use_regex").isEmpty() || step.member("use_regex").truth();
        return splits ? Optional.of(SplitPattern.Known.GPT2) : Optional.empty();
    }

    private static SplitPattern split(JsonPlace step) throws IOException {
        JsonPlace pattern = step.member("pattern");
        boolean literal = pattern.optional("String").isPresent();
        JsonPlace regex = pattern.member(literal ? "String" : "Regex");
        SplitPattern found;
        try {
            found = SplitPattern.of(literal ? quoted(regex.text()) : regex.text());
        } catch (IllegalArgumentException e) {
            throw regex.error(String.valueOf(e.getMessage()));
        }
        String behavior = step.member("behavior").text();
        // what does not match is removed: nothing, where the rule is one of those that match everything
        boolean matches = behavior.equals("Removed")
                && HuggingFaceFormat.flag(step, "invert")
                && found instanceof SplitPattern.Known;
        if (!behavior.equals("Isolated") && !matches) {
            throw step.error("expected the behavior \"Isolated\", found \"" + behavior + "\"");
        }
        return found;
    }

    /// A regular expression for a text as it is, in the syntax of both the JDK and Oniguruma.
    private static String quoted(String text) {
        return text.replaceAll("[^\\p{L}\\p{N}\\s]", "\\\\$0");
    }

    /// The rule as `tokenizer.json` has it.
    static JsonObject write(SplitPattern pattern) {
        List<SplitPattern> patterns = new ArrayList<>();
        flatten(pattern, patterns);
        boolean gpt2 = patterns.getLast() == SplitPattern.Known.GPT2;
        if (gpt2) {
            patterns.removeLast();
        }
        JsonObject byteLevel = JsonValue.object()
                .with("type", "ByteLevel")
                .with("add_prefix_space", false)
                .with("trim_offsets", true)
                .with("use_regex", gpt2);
        if (patterns.isEmpty()) {
            return byteLevel;
        }
        List<JsonValue> steps =
                new ArrayList<>(patterns.stream().map(HuggingFaceSplit::split).toList());
        steps.add(byteLevel);
        return JsonValue.object().with("type", "Sequence").with("pretokenizers", new JsonArray(steps));
    }

    private static void flatten(SplitPattern pattern, List<SplitPattern> patterns) {
        if (pattern instanceof SplitPattern.Chain(SplitPattern first, SplitPattern second)) {
            flatten(first, patterns);
            flatten(second, patterns);
        } else {
            patterns.add(pattern);
        }
    }

    private static JsonObject split(SplitPattern pattern) {
        return JsonValue.object()
                .with("type", "Split")
                .with("pattern", JsonValue.object().with("Regex", pattern.regex()))
                .with("behavior", "Isolated")
                .with("invert", false);
    }
}
