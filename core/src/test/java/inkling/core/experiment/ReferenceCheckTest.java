package inkling.core.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import inkling.core.device.Kernels;
import inkling.core.device.reference.ReferenceKernels;
import inkling.testkit.SharedData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReferenceCheckTest {
    private final Kernels kernels = new ReferenceKernels();

    @Test
    void every_reference_at_hand_passes() throws IOException {
        List<ReferenceCheck.Line> lines = ReferenceCheck.run(SharedData.path("fixtures/cs336"), kernels);
        assertThat(lines).hasSizeGreaterThan(35);
        assertThat(lines).allMatch(line -> line.passes() || !line.skipped().isEmpty());
    }

    @Test
    void references_that_are_absent_are_skipped_one_by_one(@TempDir Path empty) throws IOException {
        List<ReferenceCheck.Line> lines = ReferenceCheck.run(empty, kernels);
        assertThat(lines).isNotEmpty().noneMatch(line -> line.skipped().isEmpty());
        assertThatThrownBy(() -> ReferenceCheck.run(empty.resolve("nowhere"), kernels))
                .hasMessageContaining("expected a folder");
    }
}
