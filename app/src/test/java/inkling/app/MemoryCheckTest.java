package inkling.app;

import static org.assertj.core.api.Assertions.assertThat;

import inkling.app.Session.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The check before a run that it fits into memory: its advice works.
class MemoryCheckTest {
    @TempDir
    Path folder;

    private String stories;

    @BeforeEach
    void make_a_corpus() {
        stories = folder.resolve("stories.txt").toString();
        assertThat(Session.run("data", "stories", "--documents", "60", "--out", stories)
                        .status())
                .isZero();
    }

    private Outcome train(String memory, String... more) {
        List<String> all = new ArrayList<>(List.of("train", "--data", stories, "--run", run()));
        all.addAll(List.of("--vocab-size", "400", "--d-model", "32", "--num-layers", "2", "--num-heads", "2"));
        all.addAll(List.of("--context-length", "64", "--batch-size", "1024", "--steps", "1", "--eval-tokens", "300"));
        all.addAll(List.of("--threads", "1", "--device-memory", memory));
        all.addAll(List.of(more));
        return Session.run(all.toArray(String[]::new));
    }

    private String run() {
        return folder.resolve("run").toString();
    }

    @Test
    void what_does_not_fit_is_refused_and_the_advice_runs() {
        Outcome refused = train("250MB");
        assertThat(refused.status()).isEqualTo(2);
        assertThat(refused.err().lines().toList()).hasSize(1);
        Matcher advice = Pattern.compile("does not fit: .* needed, 250.0 MB free; use --micro-batches (\\d+) ")
                .matcher(refused.err());
        assertThat(advice.find()).as(refused.err()).isTrue();
        assertThat(folder.resolve("run")).doesNotExist();

        Outcome advised = train("250MB", "--micro-batches", advice.group(1));
        assertThat(advised.status()).as(advised.err()).isZero();
        assertThat(advised.err()).contains("fits: ", "250.0 MB free", "trained 1 steps");
    }

    @Test
    void a_run_that_goes_on_is_checked_as_well() throws IOException {
        assertThat(train("1GB").status()).isZero();
        String[] resume = {"train", "--resume", run(), "--device-memory", "250MB", "--threads", "1"};
        Outcome refused = Session.run(resume);
        assertThat(refused.status()).isEqualTo(2);
        assertThat(refused.err()).contains("\"micro_batches\" in", "config.json");
        Path config = folder.resolve("run/config.json");
        Matcher parts = Pattern.compile("--micro-batches (\\d+)").matcher(refused.err());
        assertThat(parts.find()).isTrue();
        String changed =
                Files.readString(config).replaceFirst("\"micro_batches\": 1", "\"micro_batches\": " + parts.group(1));
        Files.writeString(config, changed);
        assertThat(Session.run(resume).status()).isZero();
    }

    @Test
    void force_trains_all_the_same() {
        Outcome forced = train("250MB", "--force");
        assertThat(forced.status()).as(forced.err()).isZero();
        assertThat(forced.err()).contains("does not fit: ");
    }

    @Test
    void plan_says_whether_a_run_fits() {
        String[] small = {"plan", "--preset", "gpt2-small", "--batch-size", "8", "--device-memory", "6GB"};
        assertThat(Session.run(small).out()).containsPattern("does not fit: .* 6.000 GB free; use --micro-batches 4");
        assertThat(Session.run(
                                "plan",
                                "--preset",
                                "gpt2-small",
                                "--batch-size",
                                "8",
                                "--micro-batches",
                                "4",
                                "--device-memory",
                                "6GB")
                        .out())
                .containsPattern("  fits: .* needed, 6.000 GB free");
        assertThat(Session.run("plan", "--preset", "demo").err()).contains("on this machine: fits: ");
        Outcome odd = Session.run("plan", "--preset", "demo", "--batch-size", "8", "--micro-batches", "3");
        assertThat(odd.status()).isEqualTo(2);
        assertThat(odd.err()).contains("--micro-batches 3 does not divide --batch-size 8");
    }
}
