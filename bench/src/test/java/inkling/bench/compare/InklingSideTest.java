package inkling.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Our sides of the comparison, each in a process of its own as it is measured.
class InklingSideTest {
    private static final TrainingTask TASK = TrainingTask.parse("M1");

    @TempDir
    private Path folder = Path.of("");

    private Contender side(String name) throws IOException {
        return new Contenders(folder, folder, "no-python-here")
                .all().stream()
                        .filter(side -> side.name().equals(name))
                        .findFirst()
                        .orElseThrow();
    }

    private Sample run(Contender side) throws IOException {
        InklingSide.prepare(TASK, folder);
        return side.run(TASK, folder, 0.01, 1e9);
    }

    @Test
    void in_fp32_it_finds_its_own_losses_again() throws IOException {
        Sample sample = run(side("inkling"));
        assertThat(sample.losses()).hasSize(TrainingTask.CHECKED_STEPS);
        assertThat(sample.cores()).isPositive();
    }

    @Test
    void products_in_bf16_change_the_losses_by_less_than_the_tolerance_and_more_than_nothing() throws IOException {
        Contender bf16 = side("inkling-bf16");
        assumeTrue(bf16.missing().isEmpty(), () -> "skipped: " + bf16.missing().orElse(""));
        assertThat(bf16.tolerance()).isEqualTo(Contender.BF16_TOLERANCE);
        var losses = run(bf16).losses();
        double[] fp32 = TrainingTask.readLosses(folder);
        for (int i = 0; i < fp32.length; i++) {
            assertThat(losses.get(i)).isCloseTo(fp32[i], within(Contender.BF16_TOLERANCE * fp32[i]));
        }
        assertThat(losses.getLast()).isNotCloseTo(fp32[fp32.length - 1], within(2e-6));
    }

    @Test
    void an_option_that_it_does_not_know_is_refused_in_one_sentence() throws IOException {
        Contender ours = side("inkling");
        var odd = new Contender("odd", "odd", 1, ours.command(), List.of("bf15"), Map.of(), Optional.empty());
        assertThatThrownBy(() -> run(odd)).hasMessageContaining("options [bf15]: expected none or onednn-bf16");
    }
}
