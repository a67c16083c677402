package inkling.tokenizer.json;

import inkling.tokenizer.json.JsonValue.JsonArray;
import inkling.tokenizer.json.JsonValue.JsonBoolean;
import inkling.tokenizer.json.JsonValue.JsonDecimal;
import inkling.tokenizer.json.JsonValue.JsonInteger;
import inkling.tokenizer.json.JsonValue.JsonNull;
import inkling.tokenizer.json.JsonValue.JsonObject;
import inkling.tokenizer.json.JsonValue.JsonString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads the JSON that nearly all files are, and gives up on everything else, broken or rare: then [JsonReader] asks
/// the library, whose classes take a tenth of a second to be loaded.
///
/// Rare are integers beyond a long, escaped surrogates, names that occur twice, and whatever is deep or huge.
final class PlainJson {
    private static final int MAX_DEPTH = 64;
    private static final int MAX_DIGITS = 19;
    private static final int MAX_NUMBER = 64;
    private static final int MAX_TEXT = 1 << 20;
    private static final int MAX_VALUES = 1 << 22;

    private final byte[] json;
    private char[] unescaped = new char[1 << 6];
    private int at;
    private int values;

    private PlainJson(byte[] json) {
        this.json = json;
    }

    /// The value of a document, or null where that is left to the library.
    static @Nullable JsonValue read(byte[] json) {
        PlainJson reader = new PlainJson(json);
        JsonValue value = reader.document();
        return value != null && reader.skipSpace() < 0 ? value : null;
    }

    /// Goes to the next byte that is no white space and returns it; -1 at the end.
    private int skipSpace() {
        while (at < json.length) {
            byte b = json[at];
            if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
                return b & 0xFF;
            }
            at++;
        }
        return -1;
    }

    /// Whether that byte comes next, white space aside; steps over it.
    private boolean take(char expected) {
        boolean found = skipSpace() == expected;
        at += found ? 1 : 0;
        return found;
    }

    /// An object or an array that has begun.
    private static final class Open {
        private final Map<String, JsonValue> members = new LinkedHashMap<>();
        private final List<JsonValue> items = new ArrayList<>();
        private final boolean isObject;
        private @Nullable String name;

        Open(boolean isObject) {
            this.isObject = isObject;
        }

        /// False for a name that occurs twice.
        boolean add(JsonValue value) {
            return name != null ? members.put(name, value) == null : items.add(value);
        }

        char end() {
            return isObject ? '}' : ']';
        }

        JsonValue close() {
            return isObject ? new JsonObject(members) : new JsonArray(items);
        }
    }

    /// One value after the other, without recursion: the compiler, which has just begun where a file is read, works for
    /// a tenth of a second on methods that it takes into themselves.
    private @Nullable JsonValue document() {
        var open = new ArrayDeque<Open>();
        while (true) {
            JsonValue value = begin(open);
            while (value != null) {
                Open around = open.peek();
                if (around == null) {
                    return value;
                }
                if (!around.add(value)) {
                    return null;
                }
                if (take(',')) {
                    break;
                }
                value = take(around.end()) ? open.pop().close() : null;
            }
            if (value == null || !name(open.element())) {
                return null;
            }
        }
    }

    /// The value that begins here: objects and arrays are opened on the way to the first one that is whole.
    private @Nullable JsonValue begin(Deque<Open> open) {
        while (++values <= MAX_VALUES) {
            int first = skipSpace();
            if (first != '{' && first != '[') {
                return plain(first);
            }
            at++;
            Open opened = new Open(first == '{');
            if (take(opened.end())) {
                return opened.close();
            }
            open.push(opened);
            if (open.size() > MAX_DEPTH || !name(opened)) {
                return null;
            }
        }
        return null;
    }

    /// Reads the name of the next member, where there is to be one; false where it is missing.
    private boolean name(Open around) {
        if (!around.isObject) {
            return true;
        }
        around.name = skipSpace() == '"' ? text() : null;
        return around.name != null && take(':');
    }

    private @Nullable JsonValue plain(int first) {
        return switch (first) {
            case '"' -> string();
            case 't' -> literal("true", new JsonBoolean(true));
            case 'f' -> literal("false", new JsonBoolean(false));
            case 'n' -> literal("null", new JsonNull());
            default -> number();
        };
    }

    private @Nullable JsonValue literal(String word, JsonValue value) {
        for (int i = 0; i < word.length(); i++, at++) {
            if (at == json.length || json[at] != word.charAt(i)) {
                return null;
            }
        }
        return endsHere() ? value : null;
    }

    private @Nullable JsonValue number() {
        int start = at;
        boolean negative = at < json.length && json[at] == '-';
        at += negative ? 1 : 0;
        int first = at;
        long number = 0;
        while (at < json.length && json[at] >= '0' && json[at] <= '9' && at - first <= MAX_DIGITS) {
            number = 10 * number + json[at++] - '0';
        }
        int digits = at - first;
        if (digits == 0 || digits > MAX_DIGITS || number < 0 || digits > 1 && json[first] == '0') {
            return null; // below zero: 19 digits that are more than a long
        }
        return endsHere() ? new JsonInteger(negative ? -number : number) : decimal(start);
    }

    /// The decimal that began there, after its digits before the point.
    private @Nullable JsonValue decimal(int start) {
        boolean right = true;
        if (at < json.length && json[at] == '.') {
            at++;
            right = skipDigits();
        }
        if (at < json.length && (json[at] == 'e' || json[at] == 'E')) {
            at++;
            at += at < json.length && (json[at] == '-' || json[at] == '+') ? 1 : 0;
            right &= skipDigits();
        }
        if (!right || !endsHere() || at - start > MAX_NUMBER) {
            return null;
        }
        double number = Double.parseDouble(new String(json, start, at - start, StandardCharsets.ISO_8859_1));
        return Double.isFinite(number) ? new JsonDecimal(number) : null;
    }

    /// Whether there was a digit.
    private boolean skipDigits() {
        int start = at;
        while (at < json.length && json[at] >= '0' && json[at] <= '9') {
            at++;
        }
        return at > start;
    }

    /// Whether a number or a word may end here.
    private boolean endsHere() {
        if (at == json.length) {
            return true;
        }
        byte b = json[at];
        return b == ',' || b == ']' || b == '}' || b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }

    private @Nullable JsonValue string() {
        String text = text();
        return text == null ? null : new JsonString(text);
    }

    /// The text whose opening quote comes next.
    private @Nullable String text() {
        int start = ++at;
        boolean ascii = true;
        boolean escapes = false;
        for (; at < json.length && json[at] != '"'; at++) {
            byte b = json[at];
            if (b >= 0 && b < ' ') {
                return null;
            }
            ascii &= b >= 0;
            if (b == '\\') {
                escapes = true;
                at++;
            }
        }
        if (at >= json.length || at - start > MAX_TEXT) {
            return null;
        }
        int end = at++;
        String raw = new String(json, start, end - start, ascii ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
        if (!ascii && raw.indexOf('\uFFFD') >= 0) {
            return null; // it may be damaged
        }
        return escapes ? unescape(raw) : raw;
    }

    private @Nullable String unescape(String raw) {
        if (unescaped.length < raw.length()) {
            unescaped = new char[2 * raw.length()];
        }
        int length = 0;
        for (int i = 0; i < raw.length(); i++) {
            int c = raw.charAt(i);
            if (c == '\\') {
                c = raw.charAt(++i); // there is one: the closing quote is not escaped
                if (c == 'u') {
                    c = hex(raw, i + 1);
                    i += 4;
                } else {
                    c = escaped(c);
                }
            }
            if (c < 0 || c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE && raw.charAt(i) != c) {
                return null;
            }
            unescaped[length++] = (char) c;
        }
        return new String(unescaped, 0, length);
    }

    private static int escaped(int c) {
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> -1;
        };
    }

    private static int hex(String text, int from) {
        int value = 0;
        for (int i = from; i < from + 4; i++) {
            int c = i < text.length() ? text.charAt(i) : ' ';
            int digit = c >= '0' && c <= '9'
                    ? c - '0'
                    : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10 : -1;
            if (digit < 0) {
                return -1;
            }
            value = value << 4 | digit;
        }
        return value;
    }
}
