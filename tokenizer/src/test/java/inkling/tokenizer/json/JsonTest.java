package inkling.tokenizer.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import inkling.tokenizer.json.JsonValue.JsonArray;
import inkling.tokenizer.json.JsonValue.JsonDecimal;
import inkling.tokenizer.json.JsonValue.JsonInteger;
import inkling.tokenizer.json.JsonValue.JsonNull;
import inkling.tokenizer.json.JsonValue.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonTest {

    @TempDir
    Path folder;

    @Test
    void a_tree_survives_writing_and_reading() throws IOException {
        JsonObject tree = JsonValue.object()
                .with("text", "line\nquote \" back \\ tab \t bell \u0007 é 😀 lone \ud800 end")
                .with("large", Long.MIN_VALUE)
                .with("decimal", 0.1)
                .with("truth", true)
                .with("nothing", new JsonNull())
                .with("list", new JsonArray(List.of(new JsonInteger(1), JsonValue.object())));
        assertThat(read(JsonWriter.compact(tree)).value()).isEqualTo(tree);
        assertThat(read(JsonWriter.indented(tree)).value()).isEqualTo(tree);
        Path file = folder.resolve("deep/tree.json");
        JsonWriter.write(file, tree);
        assertThat(JsonReader.read(file).value()).isEqualTo(tree);
        assertThat(folder.resolve("deep")).isDirectoryNotContaining("glob:**.partial");
    }

    @Test
    void numbers_beyond_64_bits_become_decimals() throws IOException {
        assertThat(read("18446744073709551616").value()).isEqualTo(new JsonDecimal(0x1p64));
        assertThat(read("-7").integer(-8, 8)).isEqualTo(-7);
        assertThat(read("1e3").number()).isEqualTo(1000.0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[1,",
                "{\"a\":}",
                "{\"a\" 1}",
                "nul",
                "01",
                "\"open",
                "[1]]",
                "{} {}",
                "NaN",
                "[1e999]",
                "{\"a\":1,\"a\":2}",
                "\"\u0001\"",
                "'a'",
                "{a:1}",
                "[,]",
                "// c\n1",
                "\"\\x\""
            })
    void broken_documents_give_one_sentence_with_the_source(String json) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("doc.json")
                .message()
                .doesNotContain("\n");
        assertThatThrownBy(() ->
                        JsonReader.read("doc.json", new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8))))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("doc.json");
    }

    @Test
    void depth_is_bounded() {
        String deep = "[".repeat(100_000) + "]".repeat(100_000);
        assertThatThrownBy(() -> read(deep)).isInstanceOf(IOException.class).hasMessageStartingWith("doc.json");
    }

    @Test
    void every_truncation_and_every_damaged_byte_is_an_io_exception_or_a_value() throws IOException {
        byte[] good = "{\"a\":[1,2.5,\"\\u00e9é\",null,true],\"b\":{\"c\":-3}}".getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < good.length; i++) {
            for (int flip = 1; flip < 256; flip++) {
                byte[] bad = good.clone();
                bad[i] ^= (byte) flip;
                try {
                    JsonReader.read("doc.json", new ByteArrayInputStream(bad));
                } catch (IOException e) {
                    assertThat(e).hasMessageStartingWith("doc.json");
                }
            }
            byte[] cut = java.util.Arrays.copyOf(good, i);
            assertThatThrownBy(() -> JsonReader.read("doc.json", new ByteArrayInputStream(cut)))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void wrong_kinds_name_the_place_and_what_was_expected() throws IOException {
        JsonPlace root = read("{\"model\":{\"sizes\":[1,\"two\"]}}");
        assertThatThrownBy(() -> root.member("model").member("sizes").item(1).integer(0, 9))
                .hasMessage("doc.json at /model/sizes/1: expected an integer, found a text");
        assertThatThrownBy(() -> root.member("modle")).hasMessage("doc.json: the member \"modle\" is missing");
        assertThatThrownBy(() -> root.member("model").text())
                .hasMessage("doc.json at /model: expected a text, found an object");
        assertThatThrownBy(() -> root.requireKnownMembers(Set.of("name")))
                .hasMessage("doc.json: the member \"model\" is not known; known are [name]");
        assertThatThrownBy(() -> read("[300]").item(0).integer(0, 255))
                .hasMessage("doc.json at /0: expected an integer from 0 to 255, found 300");
    }

    private static JsonPlace read(String json) throws IOException {
        return JsonReader.read("doc.json", json);
    }
}
