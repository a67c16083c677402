package inkling.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// Which JDK the launcher takes, and what it starts.
@DisabledOnOs(OS.WINDOWS)
class LauncherTest extends LauncherFixture {
    @Test
    void takes_a_jdk_from_the_usual_folders_and_passes_the_arguments_on() throws Exception {
        jdk("usr/lib/jvm/java-17", "17.0.15");
        jdk("usr/lib/jvm/java-27", "27-ea");
        jdk("usr/lib/jvm/java-25", "25.0.3");
        aBuild();

        Outcome outcome = launch("train", "--data", "a b.txt", "");

        assertThat(outcome.status()).isZero();
        assertThat(outcome.out()).startsWith("java of usr/lib/jvm/java-25\n");
        assertThat(outcome.out()).endsWith("[inkling.app/inkling.app.Main]\n[train]\n[--data]\n[a b.txt]\n[]\n");
        assertThat(outcome.out()).contains("[" + checkout.toRealPath() + "/app/target/modules]");
    }

    @Test
    void the_environment_comes_before_the_path_and_the_path_before_the_folders() throws Exception {
        jdk("usr/lib/jvm/java-25", "25.0.3");
        Path onPath = jdk("tools/on path", "26.0.1");
        Path home = jdk("home jdk", "25");
        Path wanted = jdk("wanted", "27");
        aBuild();

        Files.createSymbolicLink(bin.resolve("java"), onPath.resolve("bin/java"));
        assertThat(launch().out()).startsWith("java of tools/on path\n");
        environment.add("JAVA_HOME=" + home);
        assertThat(launch().out()).startsWith("java of home jdk\n");
        environment.add("INKLING_JAVA_HOME=" + wanted);
        assertThat(launch().out()).startsWith("java of wanted\n");
    }

    @Test
    void old_jdks_in_the_environment_and_on_the_path_are_passed_over() throws Exception {
        environment.add("JAVA_HOME=" + jdk("old home", "1.8.0_402"));
        Files.createSymbolicLink(
                bin.resolve("java"), jdk("tools/old", "17.0.15").resolve("bin/java"));
        jdk("home/.sdkman/candidates/java/25.0.2-tem", "25.0.2");
        aBuild();

        assertThat(launch().out()).startsWith("java of home/.sdkman/candidates/java/25.0.2-tem\n");
    }

    @Test
    void finds_the_folders_of_macos_and_jbang() throws Exception {
        aBuild();
        jdk("home/.jbang/cache/jdks/26", "26");
        assertThat(launch().out()).startsWith("java of home/.jbang/cache/jdks/26\n");
        jdk("Library/Java/JavaVirtualMachines/temurin-25.jdk/Contents/Home", "25.0.3");
        assertThat(launch().out())
                .startsWith("java of Library/Java/JavaVirtualMachines/temurin-25.jdk/Contents/Home\n");
    }

    @Test
    void without_a_jdk_there_is_one_clear_message() throws Exception {
        jdk("usr/lib/jvm/java-21", "21.0.7");
        aBuild();

        Outcome outcome = launch("--version");

        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err().lines())
                .hasSize(1)
                .first()
                .asString()
                .contains("no JDK 25 or newer", "INKLING_JAVA_HOME");
    }

    @Test
    void a_jdk_without_the_vector_module_is_taken_where_there_is_no_other() throws Exception {
        withoutVectors(jdk("usr/lib/jvm/java-25-small", "25.0.3"));
        aBuild();

        assertThat(launch("plan").out())
                .startsWith("java of usr/lib/jvm/java-25-small\n")
                .doesNotContain("--add-modules")
                .endsWith("[plan]\n");

        environment.add("JAVA_HOME=" + withoutVectors(jdk("small home", "25")));
        jdk("usr/lib/jvm/java-26", "26");
        assertThat(launch("plan").out())
                .startsWith("java of usr/lib/jvm/java-26\n[--add-modules=jdk.incubator.vector]\n");

        environment.add("INKLING_JAVA_HOME=" + withoutVectors(jdk("wanted", "25")));
        assertThat(launch("plan").out()).startsWith("java of wanted\n").doesNotContain("--add-modules");
    }

    private static Path withoutVectors(Path jdk) throws IOException {
        Path release = jdk.resolve("release");
        Files.writeString(release, Files.readString(release).replace(" jdk.incubator.vector", ""));
        return jdk;
    }

    @Test
    void a_wrong_jdk_that_was_asked_for_is_not_replaced_silently() throws Exception {
        jdk("usr/lib/jvm/java-25", "25.0.3");
        environment.add("INKLING_JAVA_HOME=" + jdk("old", "17"));
        aBuild();

        Outcome outcome = launch();

        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.err().lines()).hasSize(1).first().asString().contains("INKLING_JAVA_HOME is");
    }

    @Test
    void works_through_links_and_from_another_folder() throws Exception {
        jdk("usr/lib/jvm/java-25", "25.0.3");
        aBuild();
        Path elsewhere = Files.createDirectories(folder.resolve("else where"));
        Files.createSymbolicLink(elsewhere.resolve("first"), Path.of("../a checkout/inkling"));
        Files.createSymbolicLink(elsewhere.resolve("second"), Path.of("first"));

        Outcome outcome = run(elsewhere, List.of("./second", "--version"));

        assertThat(outcome.status()).isZero();
        assertThat(outcome.out())
                .contains("[" + checkout.toRealPath() + "/app/target/modules]")
                .endsWith("[--version]\n");
    }
}
