package inkling.core.format;

import inkling.tokenizer.json.JsonPlace;
import inkling.tokenizer.json.JsonReader;
import inkling.tokenizer.json.JsonValue;
import inkling.tokenizer.json.JsonValue.JsonArray;
import inkling.tokenizer.json.JsonValue.JsonInteger;
import inkling.tokenizer.json.JsonValue.JsonObject;
import inkling.tokenizer.json.JsonWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The table of contents of a safetensors file.
///
/// ```
/// N (u64) | N bytes of JSON: {"name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [begin, end]}, …} | data
/// ```
///
/// The entries cover the data without holes and overlaps.
///
/// @param entries tensors by name
/// @param metadata free texts of whoever wrote the file
/// @param dataStart byte of the file where the data begins; offsets count from there
/// @see <a href="https://huggingface.co/docs/safetensors/index#format">the format</a>
record SafetensorsHeader(Map<String, Entry> entries, Map<String, String> metadata, long dataStart) {
    private static final String METADATA = "__metadata__";
    private static final long LONGEST = 100_000_000;
    private static final int ALIGNMENT = 64;
    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /// One tensor of the file: type, sizes, first byte and the byte after the last, counted from the data's start.
    record Entry(SafetensorsType type, List<Integer> shape, long begin, long end) {
        long elements() {
            long count = 1;
            for (int dimension : shape) {
                count = Math.multiplyExact(count, (long) dimension);
            }
            return count;
        }
    }

    static SafetensorsHeader parse(String source, MemorySegment file) throws IOException {
        if (file.byteSize() < 10) {
            throw new IOException(source + ": expected a safetensors file, found " + file.byteSize() + " bytes");
        }
        long length = file.get(U64, 0);
        if (length < 2 || length > LONGEST || length > file.byteSize() - 8) {
            throw new IOException(source + " at byte 0: the header claims " + Long.toUnsignedString(length)
                    + " bytes, expected 2 to " + Math.min(LONGEST, file.byteSize() - 8));
        }
        if (file.get(ValueLayout.JAVA_BYTE, 8) != '{') {
            throw new IOException(source + " at byte 8: expected the header to start with {");
        }
        byte[] json = file.asSlice(8, length).toArray(ValueLayout.JAVA_BYTE);
        JsonPlace header = JsonReader.read(source + ", header from byte 8", new ByteArrayInputStream(json));
        Map<String, Entry> entries = new LinkedHashMap<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        for (String name : header.object().members().keySet()) {
            if (name.equals(METADATA)) {
                JsonPlace texts = header.member(name);
                for (String key : texts.object().members().keySet()) {
                    metadata.put(key, texts.member(key).text());
                }
            } else {
                entries.put(name, entry(header.member(name)));
            }
        }
        requireFullCover(source, entries, file.byteSize() - 8 - length);
        return new SafetensorsHeader(entries, metadata, 8 + length);
    }

    private static Entry entry(JsonPlace place) throws IOException {
        place.requireKnownMembers(Set.of("dtype", "shape", "data_offsets"));
        String name = place.member("dtype").text();
        SafetensorsType type = SafetensorsType.of(name)
                .orElseThrow(() ->
                        place.error("expected an element type of " + SafetensorsType.names() + ", found " + name));
        List<Integer> shape = new ArrayList<>();
        for (JsonPlace size : place.member("shape").items()) {
            shape.add(size.integer(0, Integer.MAX_VALUE));
        }
        List<JsonPlace> offsets = place.member("data_offsets").items();
        if (offsets.size() != 2) {
            throw place.error("expected two data offsets, found " + offsets.size());
        }
        var entry = new Entry(
                type,
                List.copyOf(shape),
                offsets.get(0).integer(0, Long.MAX_VALUE),
                offsets.get(1).integer(0, Long.MAX_VALUE));
        long bytes;
        try {
            bytes = Math.multiplyExact(entry.elements(), (long) type.bytes());
        } catch (ArithmeticException e) {
            throw place.error("the shape " + shape + " is larger than any file");
        }
        if (entry.end() - entry.begin() != bytes) {
            throw place.error("the shape " + shape + " and type " + type + " make " + bytes
                    + " bytes, the data offsets span " + (entry.end() - entry.begin()));
        }
        return entry;
    }

    private static void requireFullCover(String source, Map<String, Entry> entries, long dataBytes) throws IOException {
        long covered = 0;
        List<Map.Entry<String, Entry>> inOrder = new ArrayList<>(entries.entrySet());
        inOrder.sort(Comparator.comparingLong(
                        (Map.Entry<String, Entry> named) -> named.getValue().begin())
                .thenComparingLong(named -> named.getValue().end()));
        for (Map.Entry<String, Entry> named : inOrder) {
            if (named.getValue().begin() != covered) {
                throw new IOException(source + ": tensor " + named.getKey() + " begins at data byte "
                        + named.getValue().begin() + ", expected " + covered + ", where the one before it ends");
            }
            covered = named.getValue().end();
        }
        if (covered != dataBytes) {
            throw new IOException(source + ": the tensors take " + covered + " bytes of data, the file has " + dataBytes
                    + (dataBytes < covered ? " (it is cut short)" : ""));
        }
    }

    /// Header bytes of a file with float32 tensors of these shapes, in this order; the data starts at a multiple of 64.
    static byte[] bytes(Map<String, int[]> shapes, Map<String, String> metadata) {
        JsonObject texts = JsonValue.object();
        for (Map.Entry<String, String> text : metadata.entrySet()) {
            texts = texts.with(text.getKey(), text.getValue());
        }
        Map<String, JsonValue> members = new LinkedHashMap<>();
        members.put(METADATA, texts);
        long at = 0;
        for (Map.Entry<String, int[]> named : shapes.entrySet()) {
            List<JsonValue> shape = new ArrayList<>();
            long end = at + Float.BYTES;
            for (int size : named.getValue()) {
                shape.add(new JsonInteger(size));
                end = at + Math.multiplyExact(end - at, (long) size);
            }
            members.put(
                    named.getKey(),
                    JsonValue.object()
                            .with("dtype", "F32")
                            .with("shape", new JsonArray(shape))
                            .with("data_offsets", new JsonArray(List.of(new JsonInteger(at), new JsonInteger(end)))));
            at = end;
        }
        byte[] json = JsonWriter.compact(new JsonObject(members)).getBytes(StandardCharsets.UTF_8);
        int total = (8 + json.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        ByteBuffer bytes = ByteBuffer.allocate(total).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(total - 8).put(json);
        while (bytes.hasRemaining()) {
            bytes.put((byte) ' ');
        }
        return bytes.array();
    }
}
