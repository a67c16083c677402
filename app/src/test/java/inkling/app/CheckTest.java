package inkling.app;

import static org.assertj.core.api.Assertions.assertThat;

import inkling.app.Session.Outcome;
import inkling.testkit.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `inkling check` from its option to its table. (That every reference passes is shown by `ReferenceCheckTest`.)
class CheckTest {
    @TempDir
    Path folder;

    @Test
    void a_table_says_what_was_compared_and_what_was_skipped() throws IOException {
        copy("decode/nucleus.json");
        copy("optim/sgd_toy.npz");
        Outcome outcome = Session.run("check", "--fixtures", folder.toString());
        assertThat(outcome.status()).as(outcome.err()).isZero();
        assertThat(outcome.out())
                .containsPattern("      decode +largest error +tolerance")
                .containsPattern("pass  ids kept by temperature and top-p, \\d+ cases +0 +0")
                .containsPattern("pass  SGD toy, learning rate 10 +\\d\\.\\de-\\d+ +1\\.0e-05")
                .contains("skip  corpus.en ")
                .containsPattern("6 passed, 0 failed, \\d+ skipped");
    }

    @Test
    void a_wrong_answer_fails() throws IOException {
        copy("decode/nucleus.json");
        Path answers = folder.resolve("decode/nucleus.json");
        String text = Files.readString(answers);
        String wrong = text.replaceAll("\"temperature\": *[0-9.]+", "\"temperature\": 7.5");
        Files.writeString(answers, wrong);
        Outcome outcome = Session.run("check", "--fixtures", folder.toString());
        assertThat(outcome.out()).containsPattern("FAIL  their probabilities");
        assertThat(outcome.status()).isEqualTo(1);
    }

    @Test
    void bad_input_is_one_sentence() throws IOException {
        assertThat(Session.run("check").err()).contains("Missing required option: '--fixtures=DIR'");
        Outcome absent = Session.run("check", "--fixtures", "nowhere");
        assertThat(absent.status()).isEqualTo(2);
        assertThat(absent.err()).contains("nowhere: expected a folder with the reference files");
        Files.createDirectories(folder.resolve("lm"));
        Files.writeString(folder.resolve("lm/lm.npz"), "none");
        Outcome damaged = Session.run("check", "--fixtures", folder.toString());
        assertThat(damaged.status()).isEqualTo(2);
        assertThat(damaged.err())
                .contains("lm.npz: expected an archive of arrays (.npz)")
                .hasLineCount(1);
    }

    private void copy(String name) throws IOException {
        Path target = folder.resolve(name);
        Files.createDirectories(target.getParent());
        Files.write(target, Files.readAllBytes(SharedData.path("fixtures/cs336/" + name)));
    }
}
