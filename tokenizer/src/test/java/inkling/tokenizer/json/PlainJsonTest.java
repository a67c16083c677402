package inkling.tokenizer.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// What is read without the library is what the library reads; all else is left to it.
final class PlainJsonTest {
    private static final List<String> PARTS = List.of(
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"",
            "\\",
            "\\u0120",
            "\\ud83d",
            "\\n",
            "\\x",
            "u00",
            "é",
            "Ġ",
            "😀",
            "\uFFFD",
            "0",
            "1",
            "17",
            "-",
            "-0",
            "012",
            "1.5",
            "1e3",
            "999999999999999999",
            "9999999999999999999",
            "9223372036854775807",
            "9223372036854775808",
            "-9223372036854775808",
            "0.1",
            "-3.0000000000000003E-4",
            "1e400",
            ".",
            ".5",
            "e",
            "E+7",
            "e-",
            "true",
            "false",
            "null",
            "nul",
            " ",
            "\n",
            "\t",
            "\u0001",
            "a",
            "\"a\"",
            "\"b\":1",
            "\"a\":[]",
            "[1,2]",
            "{\"c\":\"d\"}");

    @Test
    void usual_documents_need_no_library() {
        assertThat(PlainJson.read(utf8(" {\"a\": [1, -2, \"\\u0120t é 😀 \\\\ \\/\", true, false, null, {}, []]}\n")))
                .isNotNull();
        assertThat(PlainJson.read(utf8("[0.5, -1e-9, 9223372036854775807]"))).isNotNull();
        assertThat(PlainJson.read(utf8("{\"a\":1,\"a\":2}"))).isNull();
        assertThat(PlainJson.read(utf8("[9223372036854775808]"))).isNull();
        assertThat(PlainJson.read(utf8("[1] 2"))).isNull();
        assertThat(PlainJson.read(utf8("\"\\ud83d\\ude00\""))).isNull();
    }

    @Test
    void random_documents_are_read_as_the_library_reads_them() {
        Random random = new Random(11);
        int plain = 0;
        for (int i = 0; i < 300_000; i++) {
            StringBuilder text = new StringBuilder();
            boolean list = random.nextBoolean();
            text.append(list ? "[" : "");
            for (int part = random.nextInt(8); part >= 0; part--) {
                text.append(PARTS.get(random.nextInt(PARTS.size()))).append(list && part > 0 ? "," : "");
            }
            text.append(list ? "]" : "");
            plain += compare(utf8(text.toString())) ? 1 : 0;
        }
        assertThat(plain).isGreaterThan(10_000);
    }

    @Test
    void random_numbers_are_read_as_the_library_reads_them() {
        Random random = new Random(12);
        for (int i = 0; i < 100_000; i++) {
            double number = Double.longBitsToDouble(random.nextLong());
            assertThat(compare(utf8("[" + number + "]"))).isEqualTo(Double.isFinite(number));
            assertThat(compare(utf8("[" + random.nextLong() + "]"))).isTrue();
        }
    }

    @Test
    void damaged_bytes_are_left_to_the_library() {
        byte[] good = utf8(
                "{\"type\":\"BPE\",\"vocab\":{\"Ġt\":1,\"é\\n\":22},\"merges\":[\"Ġ t\",[\"a\",\"b\"]],\"x\":null}");
        assertThat(compare(good)).isTrue();
        for (int i = 0; i < good.length; i++) {
            for (int value = 0; value < 256; value++) {
                byte[] bad = good.clone();
                bad[i] = (byte) value;
                compare(bad);
            }
        }
    }

    /// Compares both ways; whether the library was not needed.
    private static boolean compare(byte[] json) {
        JsonValue plain = PlainJson.read(json);
        if (plain == null) {
            return false;
        }
        assertThat(byLibrary(json)).as(new String(json, StandardCharsets.UTF_8)).contains(plain);
        return true;
    }

    private static Optional<JsonValue> byLibrary(byte[] json) {
        try {
            return Optional.of(JsonReader.readAny("doc.json", new ByteArrayInputStream(json))
                    .value());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
