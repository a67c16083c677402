package inkling.tokenizer.json;

import inkling.tokenizer.json.JsonValue.JsonArray;
import inkling.tokenizer.json.JsonValue.JsonBoolean;
import inkling.tokenizer.json.JsonValue.JsonDecimal;
import inkling.tokenizer.json.JsonValue.JsonInteger;
import inkling.tokenizer.json.JsonValue.JsonNull;
import inkling.tokenizer.json.JsonValue.JsonObject;
import inkling.tokenizer.json.JsonValue.JsonString;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/// Reads JSON strictly: no duplicate names, nothing after the document, bounded depth, names, texts and numbers.
///
/// Broken documents give an [IOException] with the document's name and the place of the fault.
public final class JsonReader {
    private static final int MAX_DEPTH = 100;
    private static final int MAX_TEXT = 16 << 20;
    private static final int MAX_NUMBER = 400;
    private static final long MAX_BYTES = 1L << 30;
    private static final int MAX_VALUES = 1 << 23; // a million tokens and as many merges are half of it
    private static final int MAX_PLAIN = 1 << 25;

    private final String source;
    private final JsonParser parser;
    private int values;

    private JsonReader(String source, JsonParser parser) {
        this.source = source;
        this.parser = parser;
    }

    /// Reads a whole file.
    public static JsonPlace read(Path file) throws IOException {
        try (InputStream input = Files.newInputStream(file)) {
            return read(file.toString(), input);
        }
    }

    /// Reads a whole stream of UTF-8; `source` names it in errors. The stream is left to the caller to close.
    public static JsonPlace read(String source, InputStream input) throws IOException {
        byte[] json = start(source, input);
        JsonValue plain = json.length < MAX_PLAIN ? PlainJson.read(json) : null;
        if (plain != null) {
            return new JsonPlace(source, "", plain);
        }
        return readAny(source, new SequenceInputStream(new ByteArrayInputStream(json), input));
    }

    private static byte[] start(String source, InputStream input) throws IOException {
        try {
            return input.readNBytes(MAX_PLAIN);
        } catch (IOException e) {
            throw new IOException(source + ": " + OneLine.of(String.valueOf(e.getMessage())), e);
        }
    }

    /// Reads a stream by the library, whatever it holds.
    static JsonPlace readAny(String source, InputStream input) throws IOException {
        try (JsonParser parser = Library.FACTORY.createParser(ObjectReadContext.empty(), input)) {
            return new JsonReader(source, parser).document();
        } catch (JacksonException e) {
            throw translate(source, e);
        }
    }

    /// Reads a text; `source` names it in errors.
    public static JsonPlace read(String source, String json) throws IOException {
        try (JsonParser parser = Library.FACTORY.createParser(ObjectReadContext.empty(), json)) {
            return new JsonReader(source, parser).document();
        } catch (JacksonException e) {
            throw translate(source, e);
        }
    }

    private JsonPlace document() throws IOException {
        JsonToken first = parser.nextToken();
        if (first == null) {
            throw new IOException(source + ": expected a JSON document, found an empty one");
        }
        JsonValue value = value(first);
        if (parser.nextToken() != null) {
            throw error("expected the end of the document, found more text");
        }
        return new JsonPlace(source, "", value);
    }

    private JsonValue value(JsonToken token) throws IOException {
        if (++values > MAX_VALUES) {
            throw error("expected at most " + MAX_VALUES + " values in one document, found more");
        }
        return switch (token) {
            case START_OBJECT -> objectBody();
            case START_ARRAY -> arrayBody();
            case VALUE_STRING -> new JsonString(parser.getString());
            case VALUE_NUMBER_INT -> integer();
            case VALUE_NUMBER_FLOAT -> decimal();
            case VALUE_TRUE -> new JsonBoolean(true);
            case VALUE_FALSE -> new JsonBoolean(false);
            case VALUE_NULL -> new JsonNull();
            default -> throw error("expected a value, found " + token);
        };
    }

    private JsonValue objectBody() throws IOException {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            if (members.put(name, value(parser.nextToken())) != null) {
                throw error("the name \"" + name + "\" occurs twice in one object");
            }
        }
        return new JsonObject(members);
    }

    private JsonValue arrayBody() throws IOException {
        List<JsonValue> items = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            items.add(value(token));
        }
        return new JsonArray(items);
    }

    private JsonValue integer() throws IOException {
        return switch (parser.getNumberType()) {
            case INT, LONG -> new JsonInteger(parser.getLongValue());
            default -> decimal();
        };
    }

    private JsonValue decimal() throws IOException {
        double number = parser.getDoubleValue();
        if (!Double.isFinite(number)) {
            throw error("the number " + parser.getString() + " is too large");
        }
        return new JsonDecimal(number);
    }

    private IOException error(String message) {
        return new IOException(source + place(parser.currentTokenLocation()) + ": " + OneLine.of(message));
    }

    private static IOException translate(String source, JacksonException e) {
        Throwable cause = e.getCause();
        String message = cause instanceof IOException ? cause.getMessage() : e.getOriginalMessage();
        String first = String.valueOf(message).lines().findFirst().orElse("broken JSON");
        int aside = first.indexOf(": expected close marker"); // the library's words on where it began mean nothing here
        first = aside < 0 ? first : first.substring(0, aside);
        return new IOException(source + place(e.getLocation()) + ": " + OneLine.of(first), e);
    }

    private static String place(TokenStreamLocation location) {
        if (location == null) {
            return "";
        }
        return location.getLineNr() < 0
                ? ""
                : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
    }

    /// Made when it is first needed, which it seldom is: see [PlainJson].
    private static final class Library {
        static final JsonFactory FACTORY = JsonFactory.builder()
                .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES) // a vocabulary's names occur once each
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .maxStringLength(MAX_TEXT)
                        .maxNameLength(MAX_TEXT)
                        .maxNumberLength(MAX_NUMBER)
                        .maxDocumentLength(MAX_BYTES)
                        .build())
                .build();

        private Library() {}
    }
}
