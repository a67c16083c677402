package inkling.tokenizer.json;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// One JSON value: exactly one of the six kinds of the standard, with numbers kept apart as integers and
/// decimals.
public sealed interface JsonValue {

    /// An object; members keep their order, names are unique.
    record JsonObject(Map<String, JsonValue> members) implements JsonValue {
        /// Takes the map over without copying it.
        public JsonObject {}

        /// This object with one more member, or with that member replaced.
        public JsonObject with(String name, JsonValue value) {
            SequencedMap<String, JsonValue> extended = new LinkedHashMap<>(members);
            extended.put(name, value);
            return new JsonObject(extended);
        }

        /// This object with a text member.
        public JsonObject with(String name, String value) {
            return with(name, new JsonString(value));
        }

        /// This object with an integer member.
        public JsonObject with(String name, long value) {
            return with(name, new JsonInteger(value));
        }

        /// This object with a decimal member.
        public JsonObject with(String name, double value) {
            return with(name, new JsonDecimal(value));
        }

        /// This object with a truth value.
        public JsonObject with(String name, boolean value) {
            return with(name, new JsonBoolean(value));
        }
    }

    /// An array.
    record JsonArray(List<JsonValue> items) implements JsonValue {
        /// Takes the list over without copying it.
        public JsonArray {}
    }

    /// A text.
    record JsonString(String value) implements JsonValue {}

    /// A number written without fraction and exponent that fits 64 bits.
    record JsonInteger(long value) implements JsonValue {}

    /// Every other number; always finite.
    record JsonDecimal(double value) implements JsonValue {
        /// Refuses infinities and NaN, which JSON cannot express.
        public JsonDecimal {
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException("JSON has no way to write the number " + value);
            }
        }
    }

    /// True or false.
    record JsonBoolean(boolean value) implements JsonValue {}

    /// The value `null`.
    record JsonNull() implements JsonValue {}

    /// An object without members, to be extended with [JsonObject#with].
    static JsonObject object() {
        return new JsonObject(Map.of());
    }

    /// An array of texts.
    static JsonArray strings(Collection<String> values) {
        return new JsonArray(
                values.stream().map(text -> (JsonValue) new JsonString(text)).toList());
    }

    /// The kind in words for error messages: "an object", "a text" and so on.
    default String kind() {
        return switch (this) {
            case JsonObject _ -> "an object";
            case JsonArray _ -> "an array";
            case JsonString _ -> "a text";
            case JsonInteger _ -> "an integer";
            case JsonDecimal _ -> "a decimal number";
            case JsonBoolean _ -> "a truth value";
            case JsonNull _ -> "null";
        };
    }
}
