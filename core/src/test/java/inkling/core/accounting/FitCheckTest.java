package inkling.core.accounting;

import static org.assertj.core.api.Assertions.assertThat;

import inkling.core.nn.ModelPresets;
import inkling.core.train.TrainConfig;
import inkling.core.train.TrainPresets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whether a run fits, the advice where it does not, and what the system says about memory.
class FitCheckTest {
    @TempDir
    private Path folder = Path.of("");

    private static TrainConfig run(int sequences, int microBatches) {
        var model = ModelPresets.TINYSTORIES.config();
        return TrainPresets.config(model, 1).with(model, new TrainConfig.Batch(sequences, 256, microBatches));
    }

    private static long needed(int sequences, int microBatches) {
        return RunMemory.of(run(sequences, microBatches)).totalBytes();
    }

    @Test
    void a_run_that_fits_is_told_so_in_one_line() {
        FitCheck check = FitCheck.of(run(64, 4), needed(64, 4));
        assertThat(check.fits()).isTrue();
        assertThat(check.sentence()).startsWith("fits: ").doesNotContain("\n");
    }

    @Test
    void advice_is_the_fewest_parts_that_fit() {
        FitCheck check = FitCheck.of(run(64, 1), needed(64, 4));
        assertThat(check.sentence()).startsWith("does not fit: ").endsWith("use --micro-batches 4");
        FitCheck tighter = FitCheck.of(run(64, 1), needed(64, 4) - 1);
        assertThat(tighter.sentence()).endsWith("use --micro-batches 8");
        assertThat(FitCheck.of(run(64, 8), needed(64, 4) - 1).fits()).isTrue();
    }

    @Test
    void where_one_sequence_does_not_fit_a_shorter_one_is_advised() {
        long free = needed(64, 64) - 1;
        FitCheck check = FitCheck.of(run(64, 1), free);
        assertThat(check.sentence()).endsWith("use --context-length 128 --micro-batches 64");
        var model = ModelPresets.TINYSTORIES.config().withContextLength(128);
        TrainConfig advised = run(64, 1).with(model, new TrainConfig.Batch(64, 128, 64));
        assertThat(FitCheck.of(advised, free).fits()).isTrue();
    }

    @Test
    void where_not_even_the_weights_fit_another_model_is_advised() {
        assertThat(FitCheck.of(run(64, 1), 100_000_000).sentence())
                .contains("use a smaller model", "before the first token");
    }

    @Test
    void more_tokens_than_a_tensor_has_rows_never_fit() {
        FitCheck check = FitCheck.of(run(1 << 24, 1), needed(64, 4));
        assertThat(check.sentence()).contains("more than this program can address", "use --micro-batches ");
    }

    @Test
    void free_memory_is_the_least_of_machine_and_containers() throws IOException {
        Files.createDirectories(folder.resolve("proc/self"));
        Path processes = folder.resolve("proc");
        Path groups = Files.createDirectories(folder.resolve("groups/a/b"));
        Path root = folder.resolve("groups");
        var memory = new ProcessMemory(processes, root);
        assertThat(memory.free()).isEmpty();
        Files.writeString(processes.resolve("meminfo"), "MemTotal: 9 kB\nMemAvailable:   2000 kB\n");
        assertThat(memory.free()).hasValue(2_048_000);
        Files.writeString(processes.resolve("self/cgroup"), "0::/a/b\n");
        Files.writeString(groups.resolve("memory.max"), "max\n");
        Files.writeString(groups.resolve("memory.current"), "5\n");
        assertThat(memory.free()).hasValue(2_048_000);
        Files.writeString(root.resolve("a/memory.max"), "1000000\n");
        Files.writeString(root.resolve("a/memory.current"), "600000\n");
        Files.writeString(root.resolve("a/memory.stat"), "anon 400000\ninactive_file 150000\n");
        assertThat(memory.free()).hasValue(550_000);
        Files.writeString(processes.resolve("self/status"), "VmHWM: 9 kB\nRssAnon:  3 kB\n");
        assertThat(memory.held()).hasValue(3_072);
    }

    @Test
    void free_memory_knows_the_older_control_groups() throws IOException {
        Files.createDirectories(folder.resolve("proc/self"));
        Path processes = folder.resolve("proc");
        Path group = Files.createDirectories(folder.resolve("groups/memory/box"));
        Files.writeString(processes.resolve("self/cgroup"), "5:cpu,memory:/box\n2:pids:/\n");
        Files.writeString(group.resolve("memory.limit_in_bytes"), "3000\n");
        Files.writeString(group.resolve("memory.usage_in_bytes"), "1000\n");
        assertThat(new ProcessMemory(processes, folder.resolve("groups")).free())
                .hasValue(2_000);
    }
}
