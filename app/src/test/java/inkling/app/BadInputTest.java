package inkling.app;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;

import inkling.app.Session.Outcome;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whatever is wrong with the input: one clear sentence, exit status 2, nothing half-written.
class BadInputTest {
    @TempDir
    Path folder;

    private String stories;
    private String tokenizer;

    @BeforeEach
    void make_a_corpus_and_a_tokenizer() {
        stories = folder.resolve("stories.txt").toString();
        tokenizer = folder.resolve("tok").toString();
        succeed("data", "stories", "--documents", "40", "--out", stories);
        succeed("tokenizer", "train", "--input", stories, "--vocab-size", "300", "--out", tokenizer);
    }

    @Test
    void a_missing_file() throws IOException {
        String absent = folder.resolve("absent.txt").toString();
        refused(
                "absent.txt: expected a text file, found no such file",
                "tokenizer",
                "train",
                "--input",
                absent,
                "--vocab-size",
                "300",
                "--out",
                out());
        refused("absent.txt", "train", "--data", absent, "--run", out());
        refused("absent.txt", "tokenizer", "encode", "--tokenizer", tokenizer, "--input", absent, "--out", out());
        refused("absent.txt", "tokenizer", "encode", "--tokenizer", absent, "--input", stories, "--out", out());
        refused("absent.txt", "tokenizer", "show", "--tokenizer", tokenizer, "--file", absent);
        refused("config.json", "generate", "--run", absent);
        refused("config.json", "eval", "--run", absent);
        refused("config.json", "train", "--resume", absent);
    }

    @Test
    void an_empty_file() throws IOException {
        String empty = Files.createFile(folder.resolve("empty.txt")).toString();
        refused("empty", "tokenizer", "train", "--input", empty, "--vocab-size", "300", "--out", out());
        refused("empty", "tokenizer", "encode", "--tokenizer", tokenizer, "--input", empty, "--out", out());
        refused("empty", "train", "--data", empty, "--run", out());
    }

    @Test
    void a_vocabulary_that_is_too_small() throws IOException {
        refused(
                "the vocabulary size 256 is too small",
                "tokenizer",
                "train",
                "--input",
                stories,
                "--vocab-size",
                "256",
                "--out",
                out());
        refused("too small", "train", "--data", stories, "--vocab-size", "100", "--run", out());
    }

    @Test
    void heads_that_do_not_divide_the_width() throws IOException {
        refused(
                "inkling train: the configuration at /model: 3 heads do not divide the model width 128",
                "train",
                "--data",
                stories,
                "--tokenizer",
                tokenizer,
                "--num-heads",
                "3",
                "--run",
                out());
        refused("num_heads", "train", "--data", stories, "--tokenizer", tokenizer, "--num-heads", "0", "--run", out());
    }

    @Test
    void a_configuration_that_does_not_parse() throws IOException {
        Path config = Files.writeString(folder.resolve("config.json"), "{\"model\": {\"vocab_size\": }");
        refused("config.json", "train", "--data", stories, "--config", config.toString(), "--run", out());
        Files.writeString(config, "{\"modle\": {}}");
        refused("modle", "train", "--data", stories, "--config", config.toString(), "--run", out());
    }

    @Test
    void token_ids_beyond_the_vocabulary() throws IOException {
        String tokens = npy("<u2", 1000, 2000);
        refused(
                "token 7 has id 1777, expected ids below the vocabulary size 300",
                "train",
                "--data",
                tokens,
                "--tokenizer",
                tokenizer,
                "--run",
                out());
        refused("vocabulary size", "tokenizer", "decode", "--tokenizer", tokenizer, "--input", tokens);
    }

    @Test
    void a_token_file_of_the_wrong_type() throws IOException {
        refused(
                "expected token ids of type <u2 or <u4, found <f4",
                "train",
                "--data",
                npy("<f4", 1000, 4000),
                "--tokenizer",
                tokenizer,
                "--run",
                out());
        Path text = Files.writeString(folder.resolve("text.npy"), "not an array at all");
        refused("text.npy", "train", "--data", text.toString(), "--tokenizer", tokenizer, "--run", out());
    }

    @Test
    void a_token_file_that_is_cut_short() throws IOException {
        refused("tokens.npy", "train", "--data", npy("<u2", 1000, 1500), "--tokenizer", tokenizer, "--run", out());
    }

    @Test
    void tokens_without_their_tokenizer() throws IOException {
        refused("--tokenizer", "train", "--data", npy("<u2", 1000, 2000), "--run", out());
    }

    @Test
    void a_run_whose_files_are_not_its_own_any_more() throws IOException {
        String run = smallRun();
        String other = folder.resolve("other").toString();
        succeed("tokenizer", "train", "--input", stories, "--vocab-size", "280", "--out", other);
        Files.copy(Path.of(other, "tokenizer.json"), Path.of(run, "tokenizer.json"), REPLACE_EXISTING);
        String words = "tokenizer.json: expected the tokenizer of the model, of 300 tokens, found one of 280";
        refused(words, "generate", "--run", run);
        refused(words, "eval", "--run", run);
        refused(words, "train", "--resume", run);
        Files.writeString(Path.of(run, "config.json"), "{\"model\": {");
        refused("config.json at line 1, column 12: Unexpected end-of-input", "generate", "--run", run);
    }

    @Test
    void ids_that_are_none() throws IOException {
        refused("'abc' is no token id", "tokenizer", "decode", "--tokenizer", tokenizer, "17", "abc");
        refused("expected ids of tokens, below 300", "tokenizer", "decode", "--tokenizer", tokenizer, "17", "300");
    }

    private String smallRun() {
        String run = folder.resolve("run").toString();
        String sizes = "--steps 2 --d-model 16 --num-layers 1 --num-heads 2 --batch-size 2 --context-length 16";
        succeed(Stream.concat(
                        Stream.of("train", "--data", stories, "--tokenizer", tokenizer, "--run", run),
                        Stream.of(sizes.split(" ")))
                .toArray(String[]::new));
        return run;
    }

    @Test
    void a_damaged_checkpoint() throws IOException {
        String run = smallRun();
        for (Path weights : find(Path.of(run), "model.safetensors")) {
            try (var file = new RandomAccessFile(weights.toFile(), "rw")) {
                file.seek(file.length() - 9);
                file.write(0x55);
            }
        }
        refused("model.safetensors", "generate", "--run", run);
        refused("model.safetensors", "eval", "--run", run);
        refused("model.safetensors", "train", "--resume", run);
        for (Path weights : find(Path.of(run), "model.safetensors")) {
            try (var file = new RandomAccessFile(weights.toFile(), "rw")) {
                file.setLength(100);
            }
        }
        refused("model.safetensors", "generate", "--run", run);
    }

    @Test
    void a_run_that_is_there_already_is_not_overwritten() throws IOException {
        Path run = Files.createDirectories(folder.resolve("mine"));
        Files.writeString(run.resolve("thesis.txt"), "precious");
        refused("expected a new or empty folder", "train", "--data", stories, "--run", run.toString());
        assertThat(run.resolve("thesis.txt")).hasContent("precious");
    }

    @Test
    void options_that_make_no_sense() throws IOException {
        refused("--documents is 0", "data", "stories", "--documents", "0", "--out", out());
        refused("'many' is not a number", "data", "stories", "--documents", "many", "--out", out());
        refused("Unknown option: '--bogus'", "train", "--bogus");
        refused("Unmatched argument", "nonsense");
        refused("--data", "train", "--run", out());
        refused("temperature", "generate", "--run", out(), "--temperature", "-1");
        refused("top-p", "generate", "--run", out(), "--top-p", "0");
        refused("preset \"huge\" is not known", "train", "--data", stories, "--preset", "huge", "--run", out());
        refused("--threads", "train", "--data", stories, "--run", out(), "--threads", "0");
        refused("hold", "train", "--data", stories, "--tokenizer", tokenizer, "--run", out(), "--hold-out", "1");
    }

    /// A folder or file that must not be there afterwards.
    private String out() {
        return folder.resolve("made").toString();
    }

    private void refused(String words, String... arguments) throws IOException {
        List<Path> before = find(folder, "");
        Outcome outcome = Session.run(arguments);
        assertThat(outcome.status())
                .as(String.join(" ", arguments) + "\n" + outcome.err())
                .isEqualTo(2);
        assertThat(outcome.out()).isEmpty();
        List<String> lines =
                outcome.err().lines().filter(line -> line.startsWith("inkling")).toList();
        assertThat(lines).as(outcome.err()).hasSize(1).first().asString().contains(words);
        assertThat(outcome.err()).doesNotContain("\tat ", "Exception");
        assertThat(find(folder, "")).isEqualTo(before);
    }

    /// A `.npy` header for `count` elements, and as many bytes as wanted, which make ids from 1770 on.
    private String npy(String type, int count, int bytes) throws IOException {
        String dictionary = "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + count + ",), }";
        int length = 128;
        byte[] file = new byte[length + bytes];
        byte[] magic = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) (length - 10), 0};
        System.arraycopy(magic, 0, file, 0, magic.length);
        byte[] text =
                (dictionary + " ".repeat(length - 11 - dictionary.length()) + "\n").getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(text, 0, file, magic.length, text.length);
        for (int i = 7; i < bytes / 2; i++) {
            file[length + 2 * i] = (byte) (1770 + i);
            file[length + 2 * i + 1] = (byte) ((1770 + i) >> 8);
        }
        return Files.write(folder.resolve("tokens.npy"), file).toString();
    }

    private static List<Path> find(Path root, String name) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(path -> !path.equals(root))
                    .filter(path -> name.isEmpty() || path.endsWith(name))
                    .sorted()
                    .toList();
        }
    }

    private static void succeed(String... arguments) {
        Outcome outcome = Session.run(arguments);
        assertThat(outcome.status()).as(outcome.err()).isZero();
    }
}
