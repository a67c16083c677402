package inkling.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import inkling.core.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CheckpointFolderTest {
    @TempDir
    Path folder;

    private CheckpointFolder checkpoints;

    @BeforeEach
    void open() {
        checkpoints = new CheckpointFolder(folder.resolve("checkpoints"));
    }

    private void save(long step, OptionalDouble loss) throws IOException {
        Map<String, Tensor> weights = Map.of("w", Tensor.of(new float[] {step, 2}, 2));
        checkpoints.save(
                step,
                2,
                target -> Checkpoint.write(
                        target, new Checkpoint.Facts(step, 10 * step, 1.5, -7, 99, loss), weights, weights));
    }

    private List<String> names() throws IOException {
        try (Stream<Path> children = Files.list(folder.resolve("checkpoints"))) {
            return children.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void the_newest_and_the_best_are_kept() throws IOException {
        double[] losses = {3, 1, 2, 2.5, 2.7};
        for (int i = 0; i < losses.length; i++) {
            save(i + 1, OptionalDouble.of(losses[i]));
        }
        assertThat(names()).containsExactly("step-00000002", "step-00000004", "step-00000005");
        assertThat(checkpoints.best().orElseThrow().facts().step()).isEqualTo(2);
        Checkpoint newest = checkpoints.newest().orElseThrow();
        assertThat(newest.facts()).isEqualTo(new Checkpoint.Facts(5, 50, 1.5, -7, 99, OptionalDouble.of(2.7)));
        Tensor weight = Tensor.of(new float[2], 2);
        newest.loadWeights(Map.of("w", weight));
        assertThat(weight.toArray()).containsExactly(5, 2);
    }

    @Test
    void a_full_disk_leaves_the_earlier_checkpoints_and_nothing_half_written() throws IOException {
        save(1, OptionalDouble.empty());
        assertThatThrownBy(() -> checkpoints.save(2, 2, target -> {
                    Files.createDirectories(target);
                    Files.writeString(target.resolve("model.safetensors"), "half");
                    throw new IOException("No space left on device");
                }))
                .hasMessageContaining("No space left");
        assertThat(names()).containsExactly("step-00000001");
        assertThat(checkpoints.newest().orElseThrow().facts().step()).isEqualTo(1);
    }

    @Test
    void a_step_reached_again_replaces_its_checkpoint() throws IOException {
        save(1, OptionalDouble.of(5));
        save(1, OptionalDouble.of(4));
        assertThat(names()).containsExactly("step-00000001");
        assertThat(checkpoints.newest().orElseThrow().facts().validationLoss()).hasValue(4);
    }

    @Test
    void a_missing_file_makes_a_checkpoint_damaged() throws IOException {
        save(1, OptionalDouble.empty());
        Files.delete(folder.resolve("checkpoints/step-00000001/optimizer.safetensors"));
        assertThatThrownBy(() -> checkpoints.newest())
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll(
                        "optimizer.safetensors", "the file is missing", "no other checkpoint of this run is whole");
    }

    @Test
    void tensors_of_another_model_are_refused() throws IOException {
        save(1, OptionalDouble.empty());
        Checkpoint checkpoint = checkpoints.newest().orElseThrow();
        assertThatThrownBy(() -> checkpoint.loadWeights(Map.of("v", Tensor.of(new float[2], 2))))
                .hasMessageContainingAll("missing are [v]", "not known are [w]");
    }

    @Test
    void a_run_without_checkpoints_has_none() throws IOException {
        assertThat(checkpoints.newest()).isEmpty();
        assertThat(checkpoints.best()).isEmpty();
    }
}
