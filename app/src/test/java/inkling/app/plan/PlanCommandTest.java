package inkling.app.plan;

import static org.assertj.core.api.Assertions.assertThat;

import inkling.app.terminal.Terminal;
import inkling.testkit.SharedData;
import inkling.tokenizer.json.JsonPlace;
import inkling.tokenizer.json.JsonReader;
import inkling.tokenizer.json.JsonValue;
import inkling.tokenizer.json.JsonValue.JsonArray;
import inkling.tokenizer.json.JsonValue.JsonObject;
import inkling.tokenizer.json.JsonWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/// `inkling plan` from its options to what it prints.
class PlanCommandTest {
    @TempDir
    private Path folder = Path.of("");

    static String run(String... args) {
        var bytes = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        PlanCommand command = new PlanCommand(Terminal.captured(stream, stream));
        CommandLine line = new CommandLine(command);
        line.setExecutionExceptionHandler((failure, _, _) -> {
            bytes.writeBytes(("failed: " + failure.getMessage()).getBytes(StandardCharsets.UTF_8));
            return 2;
        });
        line.setParameterExceptionHandler((failure, _) -> {
            bytes.writeBytes(("failed: " + failure.getMessage()).getBytes(StandardCharsets.UTF_8));
            return 2;
        });
        line.execute(args);
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void every_figure_of_the_reference_is_printed_as_json() throws IOException {
        for (JsonPlace entry : JsonReader.read(SharedData.path("fixtures/cs336/accounting.json"))
                .items()) {
            Path config = folder.resolve("config.json");
            JsonWriter.write(config, entry.member("config").value());
            List<JsonPlace> runs = entry.optional("training").isPresent()
                    ? entry.member("training").items()
                    : List.of();
            compare(entry, run("--config", config.toString(), "--json"), runs.isEmpty() ? null : "");
            for (JsonPlace one : runs) {
                String peak = Math.round(one.member("peak_flops").number() / 1e9) + "GFLOP/s";
                String printed = run(
                        "--config",
                        config.toString(),
                        "--json",
                        "--batch-size",
                        "1024",
                        "--steps",
                        "400K",
                        "--peak",
                        peak);
                contains(
                        "training",
                        one.value(),
                        JsonReader.read("printed", printed).member("training").value());
            }
        }
    }

    @Test
    void every_figure_of_the_reference_stands_in_the_table() throws IOException {
        for (JsonPlace entry : JsonReader.read(SharedData.path("fixtures/cs336/accounting.json"))
                .items()) {
            Path config = folder.resolve("config.json");
            JsonWriter.write(config, entry.member("config").value());
            String printed = run("--config", config.toString());
            numbers("parameters", entry.member("parameters"), printed);
            numbers("forward_flops", entry.member("forward_flops"), printed);
            numbers("adamw_memory", entry.member("adamw_memory"), printed);
            assertThat(printed)
                    .contains(grouped(entry.member("adamw_flops_per_step").integer(0L, Long.MAX_VALUE)));
        }
    }

    /// Every whole number stands in the text with its thousands grouped, every share with two decimals of a percent.
    private static void numbers(String path, JsonPlace place, String printed) throws IOException {
        for (String name : place.object().members().keySet()) {
            JsonPlace member = place.member(name);
            switch (member.value()) {
                case JsonObject _ -> numbers(path + "." + name, member, printed);
                case JsonValue.JsonInteger(long number) ->
                    assertThat(printed)
                            .as(path + "." + name)
                            .containsPattern("(?<![0-9,])" + grouped(number) + "(?![0-9,])");
                default ->
                    assertThat(printed)
                            .as(path + "." + name)
                            .contains(String.format(java.util.Locale.ROOT, "%.2f %%", 100 * member.number()));
            }
        }
    }

    private static String grouped(long number) {
        return String.format(java.util.Locale.ROOT, "%,d", number);
    }

    private static void compare(JsonPlace entry, String printed, @org.jspecify.annotations.Nullable String skipped)
            throws IOException {
        JsonObject expected = entry.object();
        JsonObject actual = JsonReader.read("printed", printed).object();
        expected.members().forEach((name, value) -> {
            boolean isFigure =
                    !List.of("name", "variant").contains(name) && !(skipped != null && name.equals("training"));
            if (isFigure) {
                contains(name, value, at(actual, name));
            }
        });
    }

    private static JsonValue at(JsonObject object, String name) {
        JsonValue value = object.members().get(name);
        assertThat(value).as(name).isNotNull();
        return value == null ? new JsonValue.JsonNull() : value;
    }

    /// Everything expected is there with exactly that value; more may be.
    private static void contains(String path, JsonValue expected, JsonValue actual) {
        if (expected instanceof JsonObject(Map<String, JsonValue> members) && actual instanceof JsonObject object) {
            members.forEach((name, value) -> contains(path + "." + name, value, at(object, name)));
            return;
        }
        assertThat(actual).as(path).isEqualTo(expected);
    }

    @Test
    void table_names_the_quoted_figures() {
        String printed = run(
                "--preset",
                "gpt2-xl",
                "--batch-size",
                "1024",
                "--steps",
                "400K",
                "--peak",
                "19.5TFLOP/s",
                "--mfu",
                "0.5");
        assertThat(printed)
                .contains(
                        "2,127,057,600",
                        "4,513,336,524,800",
                        "6,583.6 days",
                        "(1,600 × 6,400)",
                        "largest batch in 80GiB");
        assertThat(printed.lines().filter(line -> line.contains("largest batch in 80GB")))
                .singleElement()
                .satisfies(line -> assertThat(line).containsPattern("80GB +2 +\\(80,000,000,000 bytes\\)"));
    }

    @Test
    void formulas_show_symbols_then_numbers() {
        assertThat(run("--preset", "gpt2-xl", "--formulas"))
                .contains("2·L·T²·D = 2·48·1,024²·1,600 = 161,061,273,600")
                .contains("⌊(80,000,000,000 − 34,032,921,600)/");
    }

    @Test
    void sweeps_and_comparisons_stand_side_by_side() {
        String swept = run("--preset", "gpt2-xl", "--sweep", "context-length=1024,16384");
        assertThat(swept).contains("context-length=1024", "149,522,795,724,800");
        assertThat(run("--preset", "gpt2-small", "--sweep", "tied=false,true"))
                .containsPattern("parameters +190,460,160 +151,862,784");
        assertThat(run("--preset", "small", "--sweep", "position=rope,none")).contains("position=none");
        String compared = run("--compare", "gpt2-small", "gpt2-xl", "--d-ff", "8/3");
        assertThat(compared).contains("162,148,608", "1,640,452,800");
    }

    @Test
    void csv_has_a_column_for_each_plan() {
        String csv = run("--compare", "gpt2-small", "gpt2-xl", "--csv");
        assertThat(csv.lines().findFirst()).contains("figure,gpt2-small,gpt2-xl");
        assertThat(csv).contains("parameters.total,190460160,2127057600");
    }

    @Test
    void picture_is_written_with_light_and_dark_colours() throws IOException {
        Path picture = folder.resolve("shares.svg");
        run("--preset", "gpt2-xl", "--picture", picture.toString());
        assertThat(Files.readString(picture)).contains("prefers-color-scheme: dark", "32768", "149.5 TFLOP");
    }

    @Test
    void json_of_several_plans_is_an_array() throws IOException {
        JsonValue printed = JsonReader.read("printed", run("--compare", "gpt2-small", "gpt2-xl", "--json"))
                .value();
        assertThat(printed).isInstanceOf(JsonArray.class);
        assertThat(new ArrayList<>(((JsonArray) printed).items())).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --preset gpt2-xl --num-heads 0                   | --num-heads is 0, expected a whole number from 1
            --preset gpt2-xl --num-heads 7                   | 7 heads do not divide the model width 1600
            --preset gpt2-xl --d-model -5                    | --d-model is -5, expected a whole number from 1
            --preset gpt2-xl --d-model 99999999999999        | expected a whole number from 1 to 2,147,483,647
            --preset gpt2-xl --num-layers many               | --num-layers many is not a whole number
            --preset gpt2-xl --num-kv-heads 4                | 4 key/value heads do not divide the 25 heads
            --preset gpt2-xl --ffn relu                      | expected one of swiglu, silu, found relu
            --preset gpt2-xxl                                | "gpt2-xxl" is not known, expected one of demo, small
            --preset gpt2-xl --device-memory 80              | has no unit, expected one of B, GB, GiB
            --preset gpt2-xl --device-memory 80XB            | unknown unit "XB"
            --preset gpt2-xl --peak 19.5TFLOPS --steps 1     | unknown unit "TFLOPS"
            --preset gpt2-xl --peak 1TFLOP/s --steps 1 --mfu 2 | --mfu is 2.0, expected more than 0 and at most 1
            --preset gpt2-xl --steps 1 --tokens 2            | give --steps or --tokens, not both
            --preset gpt2-xl --sweep context-length          | expected SIZE=A,B
            --preset gpt2-xl --sweep colour=1,2              | cannot sweep colour
            --preset gpt2-xl --json --csv                    | give --json or --csv or --formulas, not several
            --preset gpt2-xl --config a.json                 | give --preset or --config, not both
            --d-model 64                                     | missing are --vocab-size, --context-length, --num-layers
            --compare gpt2-small nowhere.json                | neither a file nor a preset
            --preset gpt2-xl --context-length 2000000000     | more than this program counts
            """)
    void bad_input_is_explained(String args, String message) {
        assertThat(run(args.split(" "))).startsWith("failed: ").contains(message);
    }
}
