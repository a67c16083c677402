package inkling.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The archive of loaded classes that a build makes: the program starts from it, and says nothing where it is of no
/// use.
class ClassArchiveTest {
    private final Path target = Sources.root().resolve("app/target");
    private final Path archive = target.resolve("classes.jsa");

    @BeforeEach
    void the_program_was_built() {
        assumeTrue(Files.exists(target.resolve("built.txt")), "the program is not built; mvn verify builds it first");
    }

    @Test
    void classes_of_the_program_come_from_it() throws Exception {
        assertThat(archive).as("see app/target/archived.txt").exists();
        assertThat(version(archive, "-Xlog:class+load"))
                .containsPattern("inkling\\.app\\.terminal\\.Terminal source: shared objects file \\(top\\)");
    }

    @Test
    void one_that_is_damaged_or_missing_is_passed_over_without_a_word(@TempDir Path folder) throws Exception {
        Path damaged = folder.resolve("damaged.jsa");
        Files.write(damaged, new byte[1000]);
        for (Path useless : List.of(damaged, folder.resolve("missing.jsa"))) {
            assertThat(version(useless, "-Xshare:auto").lines().filter(line -> !line.startsWith("WARNING: Using inc")))
                    .hasSize(1)
                    .allMatch(line -> line.startsWith("inkling "));
        }
    }

    /// What `inkling --version` prints, started as the launcher does.
    private String version(Path file, String option) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-modules=jdk.incubator.vector",
                        "-XX:SharedArchiveFile=" + file,
                        "-Xlog:cds*=off,aot*=off",
                        "-XX:+UseSerialGC",
                        option,
                        "-p",
                        target.resolve("modules").toString(),
                        "-m",
                        "inkling.app/inkling.app.Main",
                        "--version")
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
