package inkling.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import inkling.core.data.TokenFileWriter;
import inkling.tokenizer.json.JsonReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TrainerTest {
    @TempDir
    Path folder;

    private RunFixture fixture;

    @BeforeEach
    void writeData() throws IOException {
        fixture = new RunFixture(folder);
    }

    private static byte[] file(RunFolder run, String name) throws IOException {
        return Files.readAllBytes(run.newestCheckpoint().folder().resolve(name));
    }

    /// Every line without its time and speed.
    private static List<String> metrics(RunFolder run) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line : Files.readAllLines(run.metricsFile())) {
            lines.add(line.replaceAll("\"(wall_seconds|tokens_per_second)\":[^,}]*,?", ""));
        }
        return lines;
    }

    @Test
    void resumed_run_equals_uninterrupted_run() throws IOException {
        TrainConfig config = RunFixture.config(25, 1e-2);
        RunFolder whole = fixture.create("whole", config);
        fixture.train(whole, Long.MAX_VALUE);
        RunFolder stopped = fixture.create("stopped", config);
        fixture.train(stopped, 7);
        assertThat(stopped.newestCheckpoint().facts().step()).isEqualTo(7);
        fixture.train(RunFolder.open(stopped.path()), 16);
        fixture.train(RunFolder.open(stopped.path()), Long.MAX_VALUE);

        assertThat(file(stopped, "model.safetensors")).isEqualTo(file(whole, "model.safetensors"));
        assertThat(file(stopped, "optimizer.safetensors")).isEqualTo(file(whole, "optimizer.safetensors"));
        assertThat(stopped.newestCheckpoint().facts().batchState())
                .isEqualTo(whole.newestCheckpoint().facts().batchState());
        assertThat(metrics(stopped)).hasSize(25).isEqualTo(metrics(whole));
    }

    @Test
    void a_run_that_is_being_trained_is_not_trained_twice() throws IOException {
        RunFolder run = fixture.create("run", RunFixture.config(5, 1e-2));
        try (Trainer first = fixture.open(run, new TrainListener() {})) {
            assertThatThrownBy(() -> fixture.open(run, new TrainListener() {}))
                    .isInstanceOf(IOException.class)
                    .hasMessage(
                            run.path() + ": this run is being trained already; wait until that ends or stop it first");
            assertThat(first.run()).isEqualTo(5);
        }
        assertThat(fixture.train(run, Long.MAX_VALUE)).isEmpty();
    }

    @Test
    void a_killed_run_goes_on_from_its_last_checkpoint_and_drops_later_metrics() throws IOException {
        TrainConfig config = RunFixture.config(20, 1e-2);
        RunFolder whole = fixture.create("whole", config);
        fixture.train(whole, Long.MAX_VALUE);
        RunFolder killed = fixture.create("killed", config);
        fixture.train(killed, 10);
        // what a killed program leaves: later lines, half a line, half a checkpoint
        Files.writeString(
                killed.metricsFile(),
                Files.readString(killed.metricsFile()) + "{\"step\":11,\"loss\":9.0}\n{\"step\":12,\"lo");
        Path half = Files.createDirectories(killed.path().resolve("checkpoints/step-00000012.partial"));
        Files.writeString(half.resolve("model.safetensors"), "half");
        fixture.train(killed, Long.MAX_VALUE);
        assertThat(metrics(killed)).isEqualTo(metrics(whole));
        assertThat(file(killed, "model.safetensors")).isEqualTo(file(whole, "model.safetensors"));
        assertThat(half).doesNotExist();
    }

    @Test
    void metrics_have_a_line_for_every_step_with_all_members() throws IOException {
        RunFolder run = fixture.create("run", RunFixture.config(5, 1e-2));
        fixture.train(run, Long.MAX_VALUE);
        List<String> lines = Files.readAllLines(run.metricsFile());
        assertThat(lines).hasSize(5);
        var last = JsonReader.read("metrics", lines.getLast());
        assertThat(last.object().members().keySet())
                .containsExactly(
                        "step",
                        "tokens",
                        "wall_seconds",
                        "loss",
                        "lr",
                        "grad_norm",
                        "tokens_per_second",
                        "val_loss",
                        "val_bits_per_byte");
        assertThat(last.member("tokens").integer(0, 1000)).isEqualTo(5 * 32);
        assertThat(last.member("val_bits_per_byte").number())
                .isEqualTo(last.member("val_loss").number() / Math.log(2) / 2);
    }

    @Test
    void a_tiny_model_beats_its_unigram_entropy() throws IOException {
        RunFolder run = fixture.create("run", RunFixture.config(200, 2e-2));
        List<StepReport> reports = fixture.train(run, Long.MAX_VALUE);
        double unigramEntropy = Math.log(8); // the walk visits about half of the tokens, none of them more often
        assertThat(reports.getFirst().loss()).isGreaterThan(2.5);
        assertThat(run.newestCheckpoint().facts().validationLoss().orElseThrow())
                .isLessThan(0.5 * unigramEntropy)
                .isGreaterThan(0.6); // the walk's own entropy is 0.61
    }

    @Test
    void the_newest_checkpoints_and_the_best_are_kept() throws IOException {
        RunFolder run = fixture.create("run", RunFixture.config(40, 1e-2));
        fixture.train(run, Long.MAX_VALUE);
        try (var kept = Files.list(run.path().resolve("checkpoints"))) {
            assertThat(kept.map(path -> path.getFileName().toString()).toList())
                    .contains("step-00000030", "step-00000040")
                    .hasSizeBetween(2, 3);
        }
        assertThat(run.bestCheckpoint().facts().validationLoss()).isPresent();
    }

    @Test
    void a_damaged_checkpoint_is_refused_and_the_older_good_one_named() throws IOException {
        RunFolder run = fixture.create("run", RunFixture.config(20, 1e-2));
        fixture.train(run, Long.MAX_VALUE);
        for (String name : List.of("model.safetensors", "optimizer.safetensors", "state.json")) {
            Path file = run.path().resolve("checkpoints/step-00000020").resolve(name);
            byte[] good = Files.readAllBytes(file);
            byte[] bad = good.clone();
            bad[good.length - 8] ^= 1;
            Files.write(file, bad);
            assertThatThrownBy(() -> fixture.train(run, Long.MAX_VALUE))
                    .isInstanceOf(IOException.class)
                    .hasMessageContainingAll(file.toString(), "damaged", "step-00000010 is whole")
                    .hasMessageNotContaining("\n");
            Files.write(file, good);
        }
        assertThat(run.newestCheckpoint().facts().step()).isEqualTo(20);
    }

    @Test
    void a_run_is_resumed_only_with_its_own_data() throws IOException {
        RunFolder run = fixture.create("run", RunFixture.config(20, 1e-2));
        fixture.train(run, 5);
        RunFixture.writeTokens(folder.resolve("train.npy"), 2_000, 3);
        assertThatThrownBy(() -> fixture.train(run, 20)).hasMessageContaining("resumed with the data it was started");
    }

    @Test
    void divergence_stops_before_the_parameters_and_names_the_last_good_checkpoint() throws IOException {
        RunFolder run = fixture.create("run", RunFixture.config(40, 1e30));
        assertThatThrownBy(() -> fixture.train(run, Long.MAX_VALUE))
                .isInstanceOf(DivergenceException.class)
                .hasMessageContainingAll("training stopped in step", "batch state", "checkpoint");
    }

    @Test
    void an_id_beyond_the_vocabulary_is_refused_before_training() throws IOException {
        try (TokenFileWriter writer = TokenFileWriter.create(folder.resolve("train.npy"), 100)) {
            writer.append(1, 2, 3, 99, 4);
            writer.commit();
        }
        RunFolder run = fixture.create("run", RunFixture.config(5, 1e-2));
        assertThatThrownBy(() -> fixture.train(run, 5))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("token 3 has id 99, expected ids below the vocabulary size 16");
    }

    @Test
    void a_folder_holds_one_run() throws IOException {
        fixture.create("run", RunFixture.config(5, 1e-2));
        assertThatThrownBy(() -> fixture.create("run", RunFixture.config(5, 1e-2)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("there is a run in this folder already");
        assertThatThrownBy(() -> RunFolder.open(folder)).hasMessageContaining("found no config.json");
    }
}
