package inkling.app;

import static org.assertj.core.api.Assertions.assertThat;

import inkling.app.Session.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The experiments of the command line: what they print, and what they refuse. (The handbook runs them as well.)
class LabTest {
    private static final List<String> SIZES = List.of(
            "--d-model 16 --num-layers 1 --num-heads 2 --context-length 16 --batch-size 4 --threads 1".split(" "));

    @TempDir
    Path folder;

    @Test
    void a_sweep_trains_every_run_draws_the_curves_and_goes_on_where_it_was() throws IOException {
        String stories = stories();
        Outcome first = sweep(stories, "--steps", "6", "--vary", "model=baseline,silu", "--vary", "seed=1,2");

        assertThat(first.out().lines()).hasSize(5).element(4).asString().startsWith("silu, seed 2");
        assertThat(folder.resolve("sweep/losses.svg")).content().contains("prefers-color-scheme: dark", "silu, seed 2");
        for (String run : List.of("baseline_seed-1", "baseline_seed-2", "silu_seed-1", "silu_seed-2")) {
            assertThat(folder.resolve("sweep").resolve(run).resolve("report.html"))
                    .isNotEmptyFile();
        }
        Outcome again = sweep(stories, "--steps", "6", "--vary", "model=baseline,silu", "--vary", "seed=1,2");
        assertThat(again.out()).isEqualTo(first.out());
        Outcome other = sweep(stories, "--steps", "7", "--vary", "model=baseline,silu", "--vary", "seed=1,2");
        assertThat(other.status()).isEqualTo(2);
        assertThat(other.err()).contains("other settings", "choose another --out");
    }

    @Test
    void a_run_that_diverges_is_a_result() {
        Outcome outcome = sweep(
                stories(), "--steps", "40", "--vary", "model=no-norm", "--vary", "lr=1000", "--clip", "1e30", "--json");
        assertThat(outcome.status()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains("\"diverged\": true").doesNotContain("validation_loss");
    }

    @Test
    void a_stopped_run_resumed_has_the_same_checkpoint_and_another_has_not() {
        String stories = stories();
        for (String[] run : new String[][] {{"one", "0"}, {"two", "3"}, {"three", "3"}}) {
            assertThat(train(stories, run[0], run[1]).status()).isZero();
        }
        assertThat(Session.run("train", "--resume", path("two"), "--threads", "2")
                        .status())
                .isZero();
        Outcome same = Session.run("lab", "checkpoint", "--run", path("one"), "--same-as", path("two"));
        assertThat(same.out()).contains("the same").doesNotContain("DIFFERENT");
        Outcome other = Session.run("lab", "checkpoint", "--run", path("one"), "--same-as", path("three"));
        assertThat(other.out()).contains("DIFFERENT");
    }

    @Test
    void the_published_mistakes_come_out_as_published() {
        Outcome all = Session.run("lab", "mistakes");
        assertThat(all.out())
                .contains("4.204 TFLOP", "0.15 %", "4.513 TFLOP", "3.57 %")
                .contains("from 3.507 TFLOP to 70.36 TFLOP", "from 4.513 TFLOP to 149.5 TFLOP")
                .contains("24·B·T·D", "1 of 3 merges", "in 1 part", "into 3 parts");
    }

    @Test
    void marks_joiners_and_control_characters_can_be_seen() {
        Outcome outcome = Session.run("unicode", "e\u0301\u200d\t", "x");
        assertThat(outcome.out()).contains("◌\u0301  U+0301", "·   U+200D", "␉   U+0009", "code points    6");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            lab mistakes nobody                                   | is none of heads
            lab mistakes --preset nothing                         | nothing
            lab sampling --logits 1,2 --temperature -1            | expected at least 0
            lab sampling --top-p 0                                | expected more than 0
            lab sampling --logits NaN,1                           | NaN
            lab loss --logits 1,2 --target 2                      | expected 0 to 1
            lab loss                                              | --logits
            lab loss --loss -1                                    | at least 0
            lab clip --norms -1                                   | at least 0
            lab sgd --first-loss -3                               | at least 0
            unicode                                               | TEXT
            lab batch --data absent.npy                           | absent.npy
            lab batch --data absent.npy --batch-size 0            | at least 1 x 1
            lab checkpoint --run absent                           | config.json
            lab sweep --data absent.txt --out absent              | absent.txt
            lab sweep --data absent.txt --out absent --vary lr    | NAME=A,B
            lab sweep --data absent.txt --out absent --hold-out 1 | at least 2
            train --data absent.txt --run absent --stop-after -1  | at least 1
            lab                                                   | expected a command
            """)
    void bad_input_ends_in_one_sentence(String command, String sentence) throws IOException {
        Outcome outcome = Session.run(command.strip()
                .replace("absent", folder.resolve("absent").toString())
                .split(" "));
        assertThat(outcome.status()).as(outcome.err()).isEqualTo(2);
        assertThat(outcome.err()).contains(sentence).doesNotContain("Exception");
        try (Stream<Path> left = Files.walk(folder)) {
            assertThat(left.filter(Files::isRegularFile)).isEmpty();
        }
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    private String stories() {
        Session.run("data", "stories", "--documents", "40", "--out", path("stories.txt"));
        return path("stories.txt");
    }

    private Outcome sweep(String data, String... options) {
        return run(List.of("lab", "sweep", "--data", data, "--vocab-size", "300", "--out", path("sweep")), options);
    }

    private Outcome train(String data, String run, String stopAfter) {
        return run(
                List.of("train", "--data", data, "--vocab-size", "300", "--run", path(run)),
                "--steps",
                "6",
                "--stop-after",
                stopAfter);
    }

    private static Outcome run(List<String> command, String... options) {
        return Session.run(Stream.of(command.stream(), SIZES.stream(), Stream.of(options))
                .flatMap(part -> part)
                .toArray(String[]::new));
    }
}
