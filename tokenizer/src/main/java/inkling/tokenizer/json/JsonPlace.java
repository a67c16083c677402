package inkling.tokenizer.json;

import inkling.tokenizer.json.JsonValue.JsonArray;
import inkling.tokenizer.json.JsonValue.JsonBoolean;
import inkling.tokenizer.json.JsonValue.JsonDecimal;
import inkling.tokenizer.json.JsonValue.JsonInteger;
import inkling.tokenizer.json.JsonValue.JsonNull;
import inkling.tokenizer.json.JsonValue.JsonObject;
import inkling.tokenizer.json.JsonValue.JsonString;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// A JSON value together with the document and the place it stands at, for reading with errors a user can act on.
///
/// @param source the file, as errors should name it
/// @param pointer the place inside it, for example `/model/merges/17`; empty for the whole document
/// @param value what stands there
public record JsonPlace(String source, String pointer, JsonValue value) {

    /// The member of that name, which must exist and not be null.
    public JsonPlace member(String name) throws IOException {
        Optional<JsonPlace> found = optional(name);
        if (found.isEmpty()) {
            throw error("the member \"" + name + "\" is missing");
        }
        return found.get();
    }

    /// The member of that name, or empty where it is absent or null.
    public Optional<JsonPlace> optional(String name) throws IOException {
        JsonValue member = object().members().get(name);
        if (member == null || member instanceof JsonNull) {
            return Optional.empty();
        }
        return Optional.of(new JsonPlace(source, pointer + "/" + name, member));
    }

    /// The items, each with its place.
    public List<JsonPlace> items() throws IOException {
        List<JsonValue> values = array().items();
        List<JsonPlace> places = new ArrayList<>(values.size());
        for (int i = 0; i < values.size(); i++) {
            places.add(item(i));
        }
        return places;
    }

    /// The item of that index, which must be below the array's size.
    public JsonPlace item(int index) throws IOException {
        return new JsonPlace(source, pointer + "/" + index, array().items().get(index));
    }

    /// The object that stands here.
    public JsonObject object() throws IOException {
        if (value instanceof JsonObject object) {
            return object;
        }
        throw expected("an object");
    }

    /// The array that stands here.
    public JsonArray array() throws IOException {
        if (value instanceof JsonArray array) {
            return array;
        }
        throw expected("an array");
    }

    /// The text that stands here.
    public String text() throws IOException {
        if (value instanceof JsonString(String text)) {
            return text;
        }
        throw expected("a text");
    }

    /// The truth value that stands here.
    public boolean truth() throws IOException {
        if (value instanceof JsonBoolean(boolean truth)) {
            return truth;
        }
        throw expected("true or false");
    }

    /// The integer that stands here, which must lie between the two bounds, both included.
    public long integer(long lowest, long highest) throws IOException {
        if (value instanceof JsonInteger(long number)) {
            if (number >= lowest && number <= highest) {
                return number;
            }
            throw error("expected an integer from " + lowest + " to " + highest + ", found " + number);
        }
        throw expected("an integer");
    }

    /// The integer that stands here as an `int`, between the two bounds, both included.
    public int integer(int lowest, int highest) throws IOException {
        return Math.toIntExact(integer((long) lowest, (long) highest));
    }

    /// The number that stands here.
    public double number() throws IOException {
        return switch (value) {
            case JsonInteger(long number) -> (double) number;
            case JsonDecimal(double number) -> number;
            default -> throw expected("a number");
        };
    }

    /// Refuses members other than the known ones, so that a misspelt setting is not silently ignored.
    public void requireKnownMembers(Set<String> known) throws IOException {
        for (String name : object().members().keySet()) {
            if (!known.contains(name)) {
                throw error("the member \"" + name + "\" is not known; known are " + new TreeSet<>(known));
            }
        }
    }

    /// An error at this place; the message is a sentence without its end.
    public IOException error(String message) {
        return new IOException(source + OneLine.of((pointer.isEmpty() ? "" : " at " + pointer) + ": " + message));
    }

    private IOException expected(String what) {
        return error("expected " + what + ", found " + value.kind());
    }
}
