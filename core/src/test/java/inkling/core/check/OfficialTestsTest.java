package inkling.core.check;

import static org.assertj.core.api.Assertions.assertThat;

import inkling.core.device.reference.ReferenceKernels;
import inkling.core.format.TorchArchive;
import inkling.core.nn.ModelConfig;
import inkling.core.nn.TransformerLm;
import inkling.core.tensor.Parameters;
import inkling.testkit.SharedData;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The two official files cannot be shipped, so other files of the same kind stand in for them: all 48 tests run, and
/// those that do not depend on the files' exact content pass.
class OfficialTestsTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void all_48_run_once_both_files_are_dropped_in() throws IOException {
        copy(SharedData.path("fixtures/cs336"));
        Path stories = Files.createDirectories(folder.resolve("anywhere")).resolve("stories.txt");
        Files.write(stories, Files.readAllBytes(SharedData.path("fixtures/cs336/tokenizer/corpus.en")));
        Path weights = weights(folder.resolve("anywhere/weights.pt"));
        References references = new References(folder, new ReferenceKernels());
        new OfficialTests(references, known("model.pt", weights), known("stories", stories)).run();

        List<ReferenceCheck.Line> lines = references.lines();
        assertThat(lines).hasSize(48).allMatch(line -> line.skipped().isEmpty());
        List<String> depending = List.of(
                "test_linear",
                "test_embedding",
                "test_swiglu",
                "test_multihead_self_attention",
                "test_multihead_self_attention_with_rope",
                "test_transformer_lm",
                "test_transformer_lm_truncated_input",
                "test_transformer_block",
                "test_train_bpe_special_tokens");
        assertThat(lines.stream().filter(line -> !depending.contains(line.what())))
                .hasSize(39)
                .allMatch(ReferenceCheck.Line::passes);
        assertThat(lines.stream().filter(line -> depending.contains(line.what())))
                .allMatch(line -> line.fails() && Double.isFinite(line.error()));
    }

    @Test
    void without_them_eleven_are_skipped_and_say_why() throws IOException {
        copy(SharedData.path("fixtures/cs336"));
        Files.createDirectories(folder.resolve("ts_tests"));
        Files.writeString(folder.resolve("ts_tests/model.pt"), "something else");
        References references = new References(folder, new ReferenceKernels());
        new OfficialTests(references).run();
        List<String> reasons = references.lines().stream()
                .map(ReferenceCheck.Line::skipped)
                .filter(reason -> !reason.isEmpty())
                .toList();
        assertThat(reasons).hasSize(11);
        assertThat(reasons.stream().filter(reason -> reason.contains("is another file than the official one")))
                .hasSize(8);
        assertThat(reasons.stream().filter("no tinystories_sample_5M.txt"::equals))
                .hasSize(3);
    }

    private void copy(Path fixtures) throws IOException {
        try (Stream<Path> all = Files.walk(fixtures)) {
            for (Path one : all.skip(1).toList()) {
                Path copy = folder.resolve(fixtures.relativize(one).toString());
                if (Files.isDirectory(one)) {
                    Files.createDirectories(copy);
                } else {
                    Files.write(copy, Files.readAllBytes(one));
                }
            }
        }
    }

    private static OfficialFile known(String name, Path file) throws IOException {
        return new OfficialFile(name, Files.size(file), Sha256.of(file));
    }

    /// Random weights of the shape of the course's model, as torch writes them.
    private static Path weights(Path file) throws IOException {
        var declarations = new Parameters.Declarations();
        TransformerLm _ = TransformerLm.declare(ModelConfig.standard(10_000, 16, 64, 3, 4, 128), declarations);
        Parameters parameters = declarations.allocate(Arena.ofAuto());
        parameters.initialize(3);
        TorchArchive archive = new TorchArchive();
        parameters.stateDict().forEach((name, value) -> {
            int[] shape = value.shape();
            if (shape.length == 1) {
                archive.vector(name, value.toArray());
            } else {
                archive.matrix(name, shape[0], shape[1], value.toArray());
            }
        });
        return archive.write(file);
    }
}
