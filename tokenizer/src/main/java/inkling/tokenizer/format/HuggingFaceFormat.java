package inkling.tokenizer.format;

import inkling.tokenizer.bpe.BpeModel;
import inkling.tokenizer.bpe.SpecialToken;
import inkling.tokenizer.bpe.SpecialToken.Traits;
import inkling.tokenizer.bpe.Vocabulary;
import inkling.tokenizer.json.JsonPlace;
import inkling.tokenizer.json.JsonReader;
import inkling.tokenizer.json.JsonValue;
import inkling.tokenizer.json.JsonValue.JsonArray;
import inkling.tokenizer.json.JsonValue.JsonNull;
import inkling.tokenizer.json.JsonValue.JsonObject;
import inkling.tokenizer.json.JsonValue.JsonString;
import inkling.tokenizer.json.JsonWriter;
import inkling.tokenizer.normal.Normalization;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Hugging Face's `tokenizer.json`, as far as it describes byte-level BPE.
///
/// What would change ids and is not supported (other models, prefixes, drop-out, added spaces, normalizers
/// other than NFC) is refused, not ignored. A post-processor, which adds tokens around a text, is left out.
public final class HuggingFaceFormat {
    /// The usual name of the file.
    public static final String FILE = "tokenizer.json";

    private HuggingFaceFormat() {}

    /// Reads a tokenizer; `source` names it in errors.
    public static BpeModel read(String source, InputStream input) throws IOException {
        JsonPlace root = JsonReader.read(source, input);
        JsonPlace model = root.member("model");
        requireByteLevelBpe(model);
        ModelBuilder builder = new ModelBuilder(source);
        JsonPlace vocabulary = model.member("vocab");
        builder.tokens(vocabulary);
        JsonPlace merges = model.member("merges");
        int index = 0;
        for (JsonValue merge : merges.array().items()) {
            if (merge instanceof JsonArray(List<JsonValue> parts)
                    && parts.size() == 2
                    && parts.get(0) instanceof JsonString(String left)
                    && parts.get(1) instanceof JsonString(String right)) {
                builder.merge(left, right);
            } else {
                readMerge(merges.item(index), builder);
            }
            index++;
        }
        if (root.optional("added_tokens").isPresent()) {
            for (JsonPlace added : root.member("added_tokens").items()) {
                readAddedToken(added, builder);
            }
        }
        boolean ignoreMerges = flag(model, "ignore_merges");
        return builder.build(HuggingFaceSplit.read(root), ignoreMerges, normalization(root));
    }

    private static void requireByteLevelBpe(JsonPlace model) throws IOException {
        if (model.optional("type").isPresent() && !model.member("type").text().equals("BPE")) {
            throw model.member("type")
                    .error("expected the model \"BPE\", found \""
                            + model.member("type").text() + "\"");
        }
        for (String affix : List.of("continuing_subword_prefix", "end_of_word_suffix")) {
            if (model.optional(affix).isPresent() && !model.member(affix).text().isEmpty()) {
                throw model.member(affix).error("marks on parts of words are not supported");
            }
        }
        if (model.optional("dropout").isPresent() && model.member("dropout").number() != 0) {
            throw model.member("dropout").error("drop-out is not supported");
        }
        if (flag(model, "byte_fallback")) {
            throw model.member("byte_fallback").error("byte fallback is not supported, only byte-level BPE");
        }
    }

    private static void readMerge(JsonPlace merge, ModelBuilder builder) throws IOException {
        if (merge.value() instanceof JsonArray(List<JsonValue> parts)) {
            if (parts.size() != 2) {
                throw merge.error("expected two tokens, found " + parts.size());
            }
            builder.merge(merge.item(0).text(), merge.item(1).text());
            return;
        }
        String text = merge.text();
        int space = text.indexOf(' ');
        if (space <= 0 || space != text.lastIndexOf(' ') || space == text.length() - 1) {
            throw merge.error("expected two tokens with a space between");
        }
        builder.merge(text.substring(0, space), text.substring(space + 1));
    }

    private static void readAddedToken(JsonPlace added, ModelBuilder builder) throws IOException {
        Traits traits = new Traits(
                flag(added, "special"),
                flag(added, "normalized"),
                flag(added, "single_word"),
                flag(added, "lstrip"),
                flag(added, "rstrip"));
        String content = added.member("content").text();
        builder.special(content, added.member("id").integer(0, Vocabulary.MAX_SIZE - 1), traits);
    }

    private static Normalization normalization(JsonPlace root) throws IOException {
        if (root.optional("normalizer").isEmpty()) {
            return Normalization.NONE;
        }
        return normalizationOf(root.member("normalizer"));
    }

    private static Normalization normalizationOf(JsonPlace normalizer) throws IOException {
        String type = normalizer.member("type").text();
        if (type.equals("NFC")) {
            return Normalization.NFC;
        }
        if (!type.equals("Sequence")) {
            throw normalizer.error("expected the normalizer \"NFC\" or none, found \"" + type + "\"");
        }
        Normalization all = Normalization.NONE;
        for (JsonPlace part : normalizer.member("normalizers").items()) {
            if (normalizationOf(part) == Normalization.NFC) {
                all = Normalization.NFC; // twice is as once
            }
        }
        return all;
    }

    /// Whether the member is there and true.
    static boolean flag(JsonPlace object, String name) throws IOException {
        return object.optional(name).isPresent() && object.member(name).truth();
    }

    /// Writes a tokenizer.
    public static void write(BpeModel model, Path file) throws IOException {
        JsonNull none = new JsonNull();
        JsonObject bpe = JsonValue.object()
                .with("type", "BPE")
                .with("dropout", none)
                .with("unk_token", none)
                .with("continuing_subword_prefix", none)
                .with("end_of_word_suffix", none)
                .with("fuse_unk", false)
                .with("byte_fallback", false)
                .with("ignore_merges", model.wholePiecesFirst())
                .with("vocab", Gpt2Format.vocabulary(model))
                .with("merges", merges(model));
        JsonObject decoder = JsonValue.object()
                .with("type", "ByteLevel")
                .with("add_prefix_space", true)
                .with("trim_offsets", true)
                .with("use_regex", true);
        JsonWriter.write(
                file,
                JsonValue.object()
                        .with("version", "1.0")
                        .with("truncation", none)
                        .with("padding", none)
                        .with("added_tokens", addedTokens(model))
                        .with("normalizer", normalizer(model))
                        .with("pre_tokenizer", HuggingFaceSplit.write(model.pattern()))
                        .with("post_processor", none)
                        .with("decoder", decoder)
                        .with("model", bpe));
    }

    private static JsonValue normalizer(BpeModel model) {
        return switch (model.normalization()) {
            case NONE -> new JsonNull();
            case NFC -> JsonValue.object().with("type", "NFC");
        };
    }

    private static JsonArray addedTokens(BpeModel model) {
        List<JsonValue> added = new ArrayList<>();
        for (SpecialToken special : model.specials()) {
            Traits traits = special.traits();
            added.add(JsonValue.object()
                    .with("id", special.id())
                    .with("content", special.text())
                    .with("single_word", traits.singleWord())
                    .with("lstrip", traits.stripLeft())
                    .with("rstrip", traits.stripRight())
                    .with("normalized", traits.normalized())
                    .with("special", traits.special()));
        }
        return new JsonArray(added);
    }

    private static JsonArray merges(BpeModel model) {
        long[] pairs = model.merges().pairsByRank();
        List<JsonValue> merges = new ArrayList<>(pairs.length);
        for (long pair : pairs) {
            merges.add(new JsonArray(List.of(
                    new JsonString(Gpt2Format.letters(model, (int) (pair >>> 20))),
                    new JsonString(Gpt2Format.letters(model, (int) pair & Vocabulary.MAX_SIZE - 1)))));
        }
        return new JsonArray(merges);
    }
}
