package inkling.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingTableTest {
    private static final List<Double> LOSSES = List.of(9.5, 9.25, 9.125);

    private static Sample sample(String side, double millis) {
        return new Sample("S8", side, LOSSES, List.of(millis * 2, millis, millis / 2), 1.75, 512, 250);
    }

    private static Contender contender(String name) {
        return new Contender(name, "side " + name, 1e-4, List.of(), List.of(), Map.of(), Optional.empty());
    }

    @Test
    void a_row_is_the_median_of_its_processes_and_ours_is_compared_with_it() {
        List<Sample> samples = List.of(
                sample("inkling", 512),
                sample("a", 2048),
                sample("a", 1024),
                sample("a", 4096),
                sample("inkling-bf16", 1024));
        String table = TrainingTable.of(
                TrainingTask.parse("S8"), List.of(contender("inkling"), contender("a"), contender("c")), samples);
        assertThat(table.lines().filter(line -> line.startsWith("| side")))
                .containsExactly(
                        "| side inkling | 4,000 (4,000 to 4,000) | 447 | 179 % | 1.75 | 512 MiB | 1.00 × | 0.50 × | 9.12500 |",
                        "| side a | 1,000 (500 to 2,000) | 112 | 45 % | 1.75 | 512 MiB | 4.00 × | 2.00 × | 9.12500 |");
    }

    @Test
    void ours_in_bf16_is_compared_only_where_it_ran() {
        String table = TrainingTable.of(
                TrainingTask.parse("S8"), List.of(contender("inkling")), List.of(sample("inkling", 512)));
        assertThat(table).contains("| 1.00 × | – | 9.12500 |");
    }

    @Test
    void a_task_nobody_ran_has_no_table() {
        assertThat(TrainingTable.of(TrainingTask.parse("M32"), List.of(contender("a")), List.of(sample("a", 1))))
                .isEmpty();
    }

    @Test
    void samples_survive_their_file(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("samples.tsv");
        sample("a", 1.5).append(file);
        sample("b", 2).append(file);
        assertThat(Sample.readAll(file)).containsExactly(sample("a", 1.5), sample("b", 2));
    }

    @Test
    void a_task_that_does_not_exist_is_refused() {
        assertThatThrownBy(() -> TrainingTask.parse("X8"))
                .hasMessage("task X8: expected a model of [S, M, L] and a number of sequences, for example S8");
    }

    @Test
    void every_side_reads_inputs_and_the_tokens_that_follow_them(@TempDir Path folder) throws IOException {
        var task = TrainingTask.parse("M2");
        task.writeSizesAndTokens(folder);
        int[] tokens = task.readTokens(folder);
        assertThat(tokens).hasSize(TrainingTask.BATCHES * 2 * task.tokens());
        for (int i = 1; i < task.tokens(); i++) {
            assertThat(tokens[i]).isEqualTo(tokens[task.tokens() + i - 1]);
        }
    }
}
