package inkling.tokenizer.json;

import inkling.tokenizer.file.ReplacedFile;
import inkling.tokenizer.json.JsonValue.JsonArray;
import inkling.tokenizer.json.JsonValue.JsonBoolean;
import inkling.tokenizer.json.JsonValue.JsonDecimal;
import inkling.tokenizer.json.JsonValue.JsonInteger;
import inkling.tokenizer.json.JsonValue.JsonNull;
import inkling.tokenizer.json.JsonValue.JsonObject;
import inkling.tokenizer.json.JsonValue.JsonString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;

/// Writes a JSON tree, either on one line or indented by two spaces.
///
/// Indented arrays whose items are all plain values stay on one line, so that pairs and shapes read well.
public final class JsonWriter {
    private static final String HEX = "0123456789abcdef";

    private final Appendable out;
    private final boolean indented;

    private JsonWriter(Appendable out, boolean indented) {
        this.out = out;
        this.indented = indented;
    }

    /// The value on one line.
    public static String compact(JsonValue value) {
        return text(value, false);
    }

    /// The value on indented lines, without a final line end.
    public static String indented(JsonValue value) {
        return text(value, true);
    }

    /// Writes indented UTF-8 with a final line end, beside the file first and then moved into its place.
    public static void write(Path file, JsonValue value) throws IOException {
        try (ReplacedFile target = ReplacedFile.create(file)) {
            Writer writer = target.writer(StandardCharsets.UTF_8);
            new JsonWriter(writer, true).value(value, 0);
            writer.append('\n').flush();
            target.commit();
        }
    }

    private static String text(JsonValue value, boolean indented) {
        StringBuilder text = new StringBuilder();
        try {
            new JsonWriter(text, indented).value(value, 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private void value(JsonValue value, int depth) throws IOException {
        switch (value) {
            case JsonObject object -> object(object, depth);
            case JsonArray array -> array(array, depth);
            case JsonString(String text) -> string(text);
            case JsonInteger(long number) -> out.append(Long.toString(number));
            case JsonDecimal(double number) -> out.append(Double.toString(number));
            case JsonBoolean(boolean truth) -> out.append(truth ? "true" : "false");
            case JsonNull _ -> out.append("null");
        }
    }

    private void object(JsonObject object, int depth) throws IOException {
        out.append('{');
        Iterator<Map.Entry<String, JsonValue>> members =
                object.members().entrySet().iterator();
        while (members.hasNext()) {
            Map.Entry<String, JsonValue> member = members.next();
            breakLine(depth + 1);
            string(member.getKey());
            out.append(indented ? ": " : ":");
            value(member.getValue(), depth + 1);
            if (members.hasNext()) {
                out.append(',');
            }
        }
        if (!object.members().isEmpty()) {
            breakLine(depth);
        }
        out.append('}');
    }

    private void array(JsonArray array, int depth) throws IOException {
        boolean plain = true;
        for (JsonValue item : array.items()) {
            plain &= !(item instanceof JsonObject || item instanceof JsonArray);
        }
        out.append('[');
        for (int i = 0; i < array.items().size(); i++) {
            if (i > 0) {
                out.append(plain && indented ? ", " : ",");
            }
            if (!plain) {
                breakLine(depth + 1);
            }
            value(array.items().get(i), depth + 1);
        }
        if (!plain) {
            breakLine(depth);
        }
        out.append(']');
    }

    private void breakLine(int depth) throws IOException {
        if (indented) {
            out.append('\n').append("  ".repeat(depth));
        }
    }

    private void string(String text) throws IOException {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < ' ' || c == 0x7f || isLoneSurrogate(text, i)) {
                        escape(c);
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }

    private static boolean isLoneSurrogate(String text, int index) {
        char c = text.charAt(index);
        if (Character.isHighSurrogate(c)) {
            return index + 1 == text.length() || !Character.isLowSurrogate(text.charAt(index + 1));
        }
        return Character.isLowSurrogate(c) && (index == 0 || !Character.isHighSurrogate(text.charAt(index - 1)));
    }

    private void escape(char c) throws IOException {
        out.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
            out.append(HEX.charAt((c >> shift) & 15));
        }
    }
}
