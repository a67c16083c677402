package inkling.app;

import static org.assertj.core.api.Assertions.assertThat;

import inkling.app.Session.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real, very small file system that gets full: one clear sentence, exit status 2, nothing half-written, nothing
/// lost.
class FullDiskTest {
    @TempDir
    Path folder;

    private String stories;
    private String tokenizer;
    private Path small;

    @BeforeEach
    void make_a_corpus_a_tokenizer_and_a_small_disk() throws Exception {
        stories = folder.resolve("stories.txt").toString();
        tokenizer = folder.resolve("tok").toString();
        small = Files.createDirectories(folder.resolve("small"));
        Assumptions.assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", small.toString()),
                "skipped: a full disk needs the right to mount a small file system");
        succeed("data", "stories", "--documents", "60", "--out", stories);
        succeed("tokenizer", "train", "--input", stories, "--vocab-size", "300", "--out", tokenizer);
    }

    @AfterEach
    void take_the_disk_away() throws Exception {
        run("umount", small.toString());
    }

    @Test
    void outputs_that_do_not_fit_leave_nothing() throws IOException {
        refused("data", "stories", "--documents", "500", "--out", small + "/stories.txt");
        refused("tokenizer", "train", "--input", stories, "--vocab-size", "3000", "--out", small + "/tok");
        refused("train", "--data", stories, "--tokenizer", tokenizer, "--run", small + "/run");
        assertThat(files(small)).isEmpty();
    }

    @Test
    void token_files_and_kept_counts_that_do_not_fit_leave_nothing() throws IOException {
        String many = folder.resolve("many.txt").toString();
        Files.writeString(Path.of(many), Files.readString(Path.of(stories)).repeat(20));
        String npy = small + "/ids.npy";
        for (String threads : List.of("1", "3")) {
            refused(
                    "tokenizer",
                    "encode",
                    "--tokenizer",
                    tokenizer,
                    "--input",
                    many,
                    "--out",
                    npy,
                    "--threads",
                    threads);
        }
        Path other = Files.write(small.resolve("other"), new byte[60_000]);
        refused("tokenizer", "train", "--input", stories, "--vocab-size", "300", "--resume", "--out", small + "/tok");
        Files.delete(other);
        assertThat(files(small)).isEmpty();
    }

    @Test
    void a_run_whose_checkpoint_does_not_fit_goes_on_when_there_is_room() throws Exception {
        Path elsewhere = folder.resolve("elsewhere");
        assertThat(train(elsewhere).status()).isZero();
        Path run = small.resolve("run");
        resize("160k"); // room for all but the moments of the optimizer

        Outcome full = train(run);

        assertThat(full.status()).as(full.err()).isEqualTo(2);
        assertThat(full.err())
                .contains("inkling train: " + run
                        + ": step 1 was not saved (No space left on device); none was saved before");
        assertThat(files(run)).noneMatch(path -> path.toString().contains(".partial"));
        resize("1m");
        succeed("train", "--resume", run.toString());
        String weights = "checkpoints/step-00000006/model.safetensors";
        assertThat(run.resolve(weights)).hasSameBinaryContentAs(elsewhere.resolve(weights));
    }

    private Outcome train(Path run) {
        String sizes = "--d-model 16 --num-layers 1 --num-heads 2 --batch-size 4 --context-length 16 --steps 6";
        return Session.run(Stream.concat(
                        Stream.of("train", "--data", stories, "--tokenizer", tokenizer, "--run", run.toString()),
                        Stream.of(sizes.split(" ")))
                .toArray(String[]::new));
    }

    private void refused(String... arguments) {
        Outcome outcome = Session.run(arguments);
        assertThat(outcome.status()).as(outcome.err()).isEqualTo(2);
        assertThat(outcome.err()).containsOnlyOnce("inkling").contains("space").doesNotContain("\tat ", "Exception");
    }

    private static void succeed(String... arguments) {
        Outcome outcome = Session.run(arguments);
        assertThat(outcome.status()).as(outcome.err()).isZero();
    }

    private void resize(String size) throws Exception {
        assertThat(run("mount", "-o", "remount,size=" + size, small.toString())).isTrue();
    }

    private static List<Path> files(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(path -> !path.equals(root)).toList();
        }
    }

    private static boolean run(String... command) throws InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException _) {
            return false;
        }
    }
}
