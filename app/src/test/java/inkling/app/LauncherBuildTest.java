package inkling.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// When the launcher builds, and what it does with a build.
@DisabledOnOs(OS.WINDOWS)
class LauncherBuildTest extends LauncherFixture {
    @Test
    void without_maven_and_without_a_build_there_is_one_clear_message() throws Exception {
        jdk("usr/lib/jvm/java-25", "25.0.3");

        Outcome outcome = launch();

        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.err().lines()).hasSize(1).first().asString().contains("Maven (mvn) is needed");
    }

    @Test
    void builds_once_and_again_when_a_source_is_newer() throws Exception {
        jdk("usr/lib/jvm/java-25", "25.0.3");
        maven(0);

        Outcome first = launch("plan");
        assertThat(first.err().lines())
                .as("Maven's words")
                .hasSize(1)
                .first()
                .asString()
                .contains("for the first time");
        assertThat(checkout.resolve("maven.txt")).content().contains("maven: -B", "JAVA_HOME=" + folder);
        assertThat(first.out()).endsWith("[plan]\n");
        assertThat(launch("plan").err()).isEmpty();

        for (String newer : List.of("core/src/main/java/A.java", "docs/handbook/01.md", "tokenizer/pom.xml")) {
            Path source = checkout.resolve(newer);
            write(source, "");
            Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(5)));
            assertThat(launch("plan").err()).as(newer).contains("the sources have changed");
            Files.setLastModifiedTime(source, FileTime.from(Instant.EPOCH));
        }
    }

    @Test
    void a_failed_build_does_not_pass_as_a_build() throws Exception {
        jdk("usr/lib/jvm/java-25", "25.0.3");
        maven(1);

        Outcome first = launch("plan");
        assertThat(first.status()).isEqualTo(2);
        assertThat(first.out()).isEmpty();
        assertThat(first.err()).contains("a compiler error", "the build failed");
        assertThat(launch("plan").status()).isEqualTo(2);
        assertThat(checkout.resolve("app/target/building")).doesNotExist();

        maven(0);
        assertThat(launch("plan").status()).isZero();
    }

    @Test
    void a_build_whose_program_did_not_start_is_repeated() throws Exception {
        jdk("usr/lib/jvm/java-25", "25.0.3");
        write(checkout.resolve("app/target/built.txt"), "Error occurred during initialization of boot layer\n");
        Files.setLastModifiedTime(
                checkout.resolve("app/target/built.txt"),
                FileTime.from(Instant.now().plusSeconds(5)));
        maven(0);

        assertThat(launch("plan").err()).contains("building for the first time");
    }

    @Test
    void an_archive_of_classes_is_used_and_does_not_outlive_its_build() throws Exception {
        jdk("usr/lib/jvm/java-25", "25.0.3");
        maven(0);
        assertThat(launch("plan").out()).doesNotContain("SharedArchiveFile");
        Path archive = checkout.resolve("app/target/classes.jsa");
        write(archive, "");
        assertThat(launch("plan").out()).contains("[-XX:SharedArchiveFile=" + archive.toRealPath() + "]\n");

        Path source = checkout.resolve("core/src/main/java/A.java");
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(5)));
        launch("plan");
        assertThat(archive).doesNotExist();
    }
}
