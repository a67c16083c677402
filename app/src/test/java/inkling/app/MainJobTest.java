package inkling.app;

import static org.assertj.core.api.Assertions.assertThat;

import inkling.app.Session.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The whole way from a corpus to a written text, in miniature.
class MainJobTest {
    @TempDir
    Path folder;

    private String stories;
    private String tokenizer;

    @BeforeEach
    void make_a_corpus_and_a_tokenizer() {
        stories = folder.resolve("stories.txt").toString();
        tokenizer = folder.resolve("tok").toString();
        succeed("data", "stories", "--documents", "60", "--seed", "3", "--out", stories);
        succeed("tokenizer", "train", "--input", stories, "--vocab-size", "400", "--out", tokenizer);
    }

    @Test
    void a_corpus_becomes_a_model_that_writes() throws IOException {
        String run = folder.resolve("runs/first").toString();
        Outcome trained = train(run, "--data", stories, "--tokenizer", tokenizer);

        assertThat(trained.err()).contains("validation loss", "1 document in 20", "grad norm");
        assertThat(List.of("config.json", "tokenizer.json", "metrics.jsonl", "report.html", "loss.svg"))
                .allSatisfy(name -> assertThat(Path.of(run, name)).isNotEmptyFile());
        assertThat(trained.err()).contains("forecast  ", "predicted", "measured", "difference");
        assertThat(trained.err().lines().filter(line -> line.contains("bytes of tensors")))
                .allSatisfy(line -> assertThat(line).endsWith("exact"))
                .hasSize(1);
        assertThat(trained.err()).containsPattern("FLOPs, by formula and counted .* exact");
        assertThat(Path.of(run, "report.html")).content().contains("Predicted before the run, measured in it");
        assertThat(folder.resolve("runs/first.preparing")).doesNotExist();
        assertThat(Files.readAllLines(Path.of(run, "metrics.jsonl")))
                .hasSize(6)
                .allSatisfy(line -> assertThat(line)
                        .contains(
                                "\"step\"", "\"loss\"", "\"lr\"", "\"grad_norm\"", "\"tokens_per_second\"", "\"mfu\""));

        Outcome evaluated = succeed("eval", "--run", run, "--data", stories);
        assertThat(evaluated.out()).contains("perplexity", "bits per byte");
        assertThat(succeed("eval", "--run", run, "--json").out()).contains("\"bits_per_byte\"");
        assertThat(succeed("eval", "--run", run, "--weights", "int8").out()).contains("perplexity");

        assertThat(succeed("plan", "--config", run, "--json").out())
                .as("the run folder's own model")
                .containsPattern("\"d_model\"\\s*:\\s*16\\b");

        for (String weights : List.of("bfloat16", "int8")) {
            String[] wish = {"generate", "--run", run, "--prompt", "One day", "--max-tokens", "12", "--weights", weights
            };
            assertThat(succeed(wish).out()).startsWith("One day");
        }
        Outcome written = succeed("generate", "--run", run, "--prompt", "One day", "--max-tokens", "12", "--seed", "5");
        assertThat(written.out()).startsWith("One day").hasSizeGreaterThan(10);
        assertThat(succeed("generate", "--run", run, "--prompt", "One day", "--max-tokens", "12", "--seed", "5")
                        .out())
                .isEqualTo(written.out());
    }

    @Test
    void without_a_tokenizer_one_of_the_preset_s_size_is_trained_first() {
        String run = folder.resolve("runs/bare").toString();
        assertThat(train(run, "--data", stories).err()).contains("validation loss");
        assertThat(Path.of(run, "tokenizer.json")).isNotEmptyFile();
    }

    @Test
    void a_finished_run_can_be_resumed_and_moved() throws IOException {
        Path run = folder.resolve("first");
        train(run.toString(), "--data", stories, "--tokenizer", tokenizer);
        byte[] metrics = Files.readAllBytes(run.resolve("metrics.jsonl"));
        Path moved = Files.move(run, folder.resolve("second"));

        Outcome resumed = succeed("train", "--resume", moved.toString(), "--threads", "1");

        assertThat(resumed.err()).contains("going on from step 6");
        assertThat(moved.resolve("metrics.jsonl")).hasBinaryContent(metrics);
    }

    @Test
    void tokens_can_be_trained_on_and_decoded() throws IOException {
        String tokens = folder.resolve("tokens.npy").toString();
        succeed("tokenizer", "encode", "--tokenizer", tokenizer, "--input", stories, "--out", tokens);
        String back = folder.resolve("back.txt").toString();
        succeed("tokenizer", "decode", "--tokenizer", tokenizer, "--input", tokens, "--out", back);
        assertThat(Path.of(back)).hasSameBinaryContentAs(Path.of(stories));

        train(folder.resolve("run").toString(), "--data", tokens, "--tokenizer", tokenizer, "--valid", stories);
    }

    @Test
    void text_that_is_not_utf_8_survives() throws IOException {
        Path latin = folder.resolve("latin.txt");
        Files.write(latin, "caf\u00e9 \u00ff na\u00efve ".repeat(200).getBytes(StandardCharsets.ISO_8859_1));
        String tokens = folder.resolve("latin.npy").toString();
        Path back = folder.resolve("back.txt");

        succeed("tokenizer", "encode", "--tokenizer", tokenizer, "--input", latin.toString(), "--out", tokens);
        succeed("tokenizer", "decode", "--tokenizer", tokenizer, "--input", tokens, "--out", back.toString());

        assertThat(back).hasSameBinaryContentAs(latin);
        train(folder.resolve("run").toString(), "--data", latin.toString(), "--tokenizer", tokenizer);
    }

    @Test
    void a_tokenizer_is_trained_where_none_is_given() throws IOException {
        Path run = folder.resolve("run");
        Outcome trained = train(run.toString(), "--data", stories, "--vocab-size", "300");

        assertThat(trained.err()).contains("vocabulary 300");
        assertThat(run.resolve("tokenizer.json")).exists();
        try (Stream<Path> names = Files.list(run.resolve("tokens"))) {
            assertThat(names.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("train.npy", "valid.npy");
        }
    }

    @Test
    void a_time_may_be_given_instead_of_steps() {
        String run = folder.resolve("run").toString();
        Outcome demo = succeed(
                "train",
                "--data",
                stories,
                "--tokenizer",
                tokenizer,
                "--run",
                run,
                "--minutes",
                "0.001",
                "--d-model",
                "16",
                "--num-layers",
                "1",
                "--num-heads",
                "2",
                "--batch-size",
                "4",
                "--context-length",
                "16");

        assertThat(demo.err()).contains("measuring how many steps fit").containsPattern("trained [\\d,]+ steps");
    }

    @Test
    void a_loss_that_explodes_ends_the_run_with_a_sentence() {
        String run = folder.resolve("run").toString();
        String sizes =
                "--d-model 16 --num-layers 1 --num-heads 2 --batch-size 4 --context-length 16 --steps 60 --lr 1e9";
        Outcome outcome = Session.run(Stream.concat(
                        Stream.of("train", "--data", stories, "--tokenizer", tokenizer, "--run", run),
                        Stream.of(sizes.split(" ")))
                .toArray(String[]::new));
        assertThat(outcome.status()).as(outcome.err()).isEqualTo(2);
        assertThat(outcome.err())
                .contains("inkling train: training stopped in step", "try a smaller learning rate")
                .doesNotContain("Exception", "fault");
    }

    @Test
    void a_tokenizer_can_be_looked_at() {
        Outcome text = succeed("tokenizer", "show", "--tokenizer", tokenizer, "--text", "One day\tcaf\u00e9\n");
        assertThat(text.out()).contains("·", "│", "→", "⏎", "tokens", "<0xC3>");
        assertThat(succeed("tokenizer", "show", "--tokenizer", tokenizer).out()).contains("400", "longest tokens");
        assertThat(succeed("tokenizer", "show", "--tokenizer", tokenizer, "--file", stories)
                        .out())
                .contains("bytes per token");
        String ids = succeed("tokenizer", "encode", "--tokenizer", tokenizer, "--text", "One day")
                .out()
                .strip();
        String[] decode = Stream.concat(
                        Stream.of("tokenizer", "decode", "--tokenizer", tokenizer), Stream.of(ids.split(" ")))
                .toArray(String[]::new);
        assertThat(succeed(decode).out()).isEqualTo("One day" + System.lineSeparator());
    }

    private static Outcome train(String run, String... data) {
        List<String> sizes = List.of(
                "--run",
                run,
                "--d-model",
                "16",
                "--num-layers",
                "1",
                "--num-heads",
                "2",
                "--batch-size",
                "4",
                "--context-length",
                "16",
                "--steps",
                "6",
                "--eval-every",
                "3",
                "--eval-tokens",
                "200",
                "--threads",
                "2");
        return succeed(Stream.of(Stream.of("train"), Stream.of(data), sizes.stream())
                .flatMap(part -> part)
                .toArray(String[]::new));
    }

    private static Outcome succeed(String... arguments) {
        Outcome outcome = Session.run(arguments);
        assertThat(outcome.status()).as(outcome.err()).isZero();
        return outcome;
    }
}
