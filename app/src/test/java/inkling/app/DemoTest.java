package inkling.app;

import static org.assertj.core.api.Assertions.assertThat;

import inkling.app.Session.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The demo, in seconds instead of minutes.
class DemoTest {
    @TempDir
    Path folder;

    @Test
    void the_demo_goes_the_whole_way_and_again() throws IOException {
        String dir = folder.resolve("demo").toString();
        Outcome demo = demo(dir);

        assertThat(demo.err()).contains("[1/5]", "[2/5]", "[3/5]", "[4/5]", "[5/5]", "$ inkling generate", "Try next:");
        Path run = Path.of(dir, "run");
        for (String made : List.of("report.html", "loss.svg", "sample.txt", "config.json", "metrics.jsonl")) {
            assertThat(run.resolve(made)).isNotEmptyFile();
        }
        assertThat(Files.readString(run.resolve("sample.txt")).strip())
                .isEqualTo(demo.out().strip());

        assertThat(demo(dir).err())
                .contains(Path.of(dir, "run-2", "report.html").toString());
        assertThat(folder.resolve("demo/run-2/sample.txt"))
                .as("the same seed")
                .hasSameTextualContentAs(run.resolve("sample.txt"));
    }

    @Test
    void the_command_that_is_shown_writes_the_same_story() {
        Outcome demo = demo(folder.toString());
        String shown = demo.err()
                .lines()
                .filter(line -> line.contains("$ inkling generate"))
                .findFirst()
                .orElseThrow();
        Outcome again =
                Session.run(shown.strip().substring("$ inkling ".length()).split(" "));
        assertThat(again.status()).as(again.err()).isZero();
        assertThat(again.out().strip()).isEqualTo(demo.out().strip());
    }

    private static Outcome demo(String dir) {
        Outcome outcome = Session.run("demo", "--dir", dir, "--documents", "300", "--minutes", "0.001");
        assertThat(outcome.status()).as(outcome.err()).isZero();
        return outcome;
    }
}
