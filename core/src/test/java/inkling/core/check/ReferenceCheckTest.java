package inkling.core.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import inkling.core.device.Kernels;
import inkling.core.device.cpu.CpuKernels;
import inkling.core.device.reference.ReferenceKernels;
import inkling.testkit.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// Every reference answer of the course, one test each, on both devices: what `inkling check` prints.
class ReferenceCheckTest {
    private static final String FIXTURES = "fixtures/cs336";

    @TestFactory
    Stream<DynamicTest> the_reference_device_passes() throws IOException {
        return tests(new ReferenceKernels());
    }

    @TestFactory
    Stream<DynamicTest> the_cpu_device_passes() throws IOException {
        try (Kernels kernels = new CpuKernels(1)) {
            return tests(kernels);
        }
    }

    private static Stream<DynamicTest> tests(Kernels kernels) throws IOException {
        List<ReferenceCheck.Line> lines = ReferenceCheck.run(SharedData.path(FIXTURES), kernels);
        Set<String> families = lines.stream().map(ReferenceCheck.Line::family).collect(Collectors.toSet());
        assertThat(families)
                .containsExactlyInAnyOrder(
                        "nn",
                        "lm",
                        "train",
                        "optim",
                        "decode",
                        "ckpt",
                        "tokenizer",
                        "bpe_train",
                        "accounting",
                        "official");
        assertThat(lines.stream().filter(line -> line.family().equals("official")))
                .hasSize(48);
        assertThat(lines.stream().filter(line -> !line.skipped().isEmpty()))
                .allMatch(line -> line.family().equals("official"))
                .hasSizeLessThanOrEqualTo(11);
        return lines.stream()
                .filter(line -> line.skipped().isEmpty())
                .map(line -> dynamicTest(
                        line.family() + " " + line.what(),
                        () -> assertThat(line.error()).isLessThanOrEqualTo(line.tolerance())));
    }

    @Test
    void references_that_are_absent_are_skipped_one_by_one(@TempDir Path empty) throws IOException {
        List<ReferenceCheck.Line> lines = ReferenceCheck.run(empty, new ReferenceKernels());
        assertThat(lines).isNotEmpty().noneMatch(line -> line.skipped().isEmpty());
        assertThatThrownBy(() -> ReferenceCheck.run(empty.resolve("nowhere"), new ReferenceKernels()))
                .hasMessageContaining("expected a folder");
    }

    @Test
    void damaged_references_are_refused_in_one_sentence(@TempDir Path folder) throws IOException {
        Files.createDirectories(folder.resolve("nn"));
        Files.writeString(folder.resolve("nn/linear.npz"), "no archive");
        assertThatThrownBy(() -> ReferenceCheck.run(folder, new ReferenceKernels()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("linear.npz: expected an archive of arrays (.npz)");
    }
}
