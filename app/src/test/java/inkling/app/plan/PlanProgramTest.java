package inkling.app.plan;

import static inkling.app.plan.PlanCommandTest.run;
import static org.assertj.core.api.Assertions.assertThat;

import inkling.tokenizer.json.JsonPlace;
import inkling.tokenizer.json.JsonReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What this program does beside the textbook: `plan --json`, `--csv` and the table say the same.
class PlanProgramTest {
    private static final Pattern ROW = Pattern.compile(" {2,}.*?  +([\\d,]+) +([\\d,]+)(?:  ← (.*))?");
    private static final Pattern PART = Pattern.compile("  .*?  +([\\d,]+) +\\S+ [A-Za-z]+");

    /// One line of the table, or one object of the JSON.
    private record Both(long textbook, long program, String reason) {
        static Both of(JsonPlace place) throws IOException {
            String reason = place.optional("reason").isPresent()
                    ? place.member("reason").text()
                    : "";
            return new Both(whole(place.member("textbook")), whole(place.member("program")), reason);
        }

        static Both of(String line) {
            Matcher row = ROW.matcher(line);
            assertThat(row.matches()).as(line).isTrue();
            return new Both(whole(row.group(1)), whole(row.group(2)), row.group(3) == null ? "" : row.group(3));
        }
    }

    private static long whole(JsonPlace place) throws IOException {
        return place.integer(0L, Long.MAX_VALUE);
    }

    private static long whole(String grouped) {
        return Long.parseLong(grouped.replace(",", ""));
    }

    /// The lines below a heading, down to the next empty one.
    private static List<String> section(String printed, String heading) {
        return printed.lines()
                .dropWhile(line -> !line.startsWith(heading))
                .skip(1)
                .takeWhile(line -> !line.isEmpty())
                .toList();
    }

    private static JsonPlace json(String args) throws IOException {
        return JsonReader.read("printed", run((args + " --json").split(" "))).member("program");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--preset gpt2-xl",
                "--preset small --batch-size 12 --micro-batches 4 --device-memory 1GB",
                "--preset demo --norm none --ffn silu --batch-size 3 --device-memory 80GiB",
                "--preset tinystories --num-kv-heads 4 --vocab-size 10001 --context-length 77 --tied",
            })
    void json_and_table_say_the_same(String args) throws IOException {
        String printed = run(args.split(" "));
        JsonPlace program = json(args);
        assertThat(printed).contains("textbook (" + whole(program.member("sequences_at_once")) + " sequence");

        List<Both> expected = new ArrayList<>();
        for (String key : List.of("parameters", "parameters_bytes", "step_flops", "activation_bytes")) {
            expected.add(Both.of(program.member(key)));
        }
        JsonPlace components = program.member("activation_components_bytes");
        for (String key : components.object().members().keySet()) {
            expected.add(Both.of(components.member(key)));
        }
        List<String> table = section(printed, "This program beside the textbook");
        assertThat(table.stream().skip(1).map(Both::of)).containsExactlyElementsOf(expected);

        List<Long> parts = new ArrayList<>();
        JsonPlace run = program.member("run_bytes");
        for (String key : run.object().members().keySet()) {
            parts.add(whole(run.member(key)));
        }
        assertThat(section(printed, "Memory of a training run").stream()
                        .map(PART::matcher)
                        .filter(Matcher::matches)
                        .map(part -> whole(part.group(1))))
                .containsExactlyElementsOf(parts);
        assertThat(program.optional("fit").isPresent()).isEqualTo(args.contains("--device-memory"));
        if (program.optional("fit").isPresent()) {
            assertThat(printed.lines()).contains("  " + program.member("fit").text());
        }
    }

    @Test
    void csv_has_both_columns_for_each_plan() {
        assertThat(run("--compare", "gpt2-xl", "gpt2-small", "--csv"))
                .contains("program.step_flops.textbook,13540009574400,", "program.step_flops.program,13137906892800,")
                .contains("program.activation_components_bytes.scores.program,0,0");
    }

    @Test
    void a_batch_beyond_the_programs_tensors_is_refused_in_both() throws IOException {
        String args = "--preset gpt2-small --batch-size 4000000";
        String why = "more tokens at once than this program's tensors have rows";
        assertThat(run(args.split(" "))).contains("  " + why);
        assertThat(json(args).member("refused").text()).isEqualTo(why);
    }
}
