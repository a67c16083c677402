package inkling.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Runs the launcher in a made-up checkout with made-up JDKs and a made-up Maven.
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
    private static final List<String> TOOLS = List.of(
            "sh", "dirname", "readlink", "find", "head", "grep", "touch", "mkdir", "rm", "cat", "sleep", "stty");

    @TempDir
    Path folder;

    private Path checkout;
    private Path bin;
    private final List<String> environment = new ArrayList<>();

    @BeforeEach
    void make_a_checkout() throws IOException {
        checkout = Files.createDirectories(folder.resolve("a checkout"));
        Files.copy(Path.of(System.getProperty("inkling.root")).resolve("inkling"), checkout.resolve("inkling"));
        Files.setPosixFilePermissions(checkout.resolve("inkling"), PosixFilePermissions.fromString("rwxr-xr-x"));
        for (String module : List.of("tokenizer", "core", "app")) {
            write(checkout.resolve(module + "/pom.xml"), "");
            write(checkout.resolve(module + "/src/main/java/A.java"), "");
        }
        write(checkout.resolve("pom.xml"), "");
        bin = Files.createDirectories(folder.resolve("bin"));
        for (String tool : TOOLS) {
            for (String place : List.of("/usr/bin/", "/bin/")) {
                if (Files.exists(Path.of(place + tool)) && !Files.exists(bin.resolve(tool))) {
                    executable(bin.resolve(tool), "#!/bin/sh\nexec " + place + tool + " \"$@\"\n");
                }
            }
        }
        environment.addAll(List.of("PATH=" + bin, "HOME=" + folder.resolve("home"), "INKLING_TEST_TOP=" + folder));
    }

    @Test
    void takes_a_jdk_from_the_usual_folders_and_passes_the_arguments_on() throws Exception {
        jdk("usr/lib/jvm/java-17", "17.0.15");
        jdk("usr/lib/jvm/java-27", "27-ea");
        jdk("usr/lib/jvm/java-25", "25.0.3");
        aBuild();

        Outcome outcome = launch("train", "--data", "a b.txt", "");

        assertThat(outcome.status).isZero();
        assertThat(outcome.out).startsWith("java of usr/lib/jvm/java-25\n");
        assertThat(outcome.out).endsWith("[inkling.app/inkling.app.Main]\n[train]\n[--data]\n[a b.txt]\n[]\n");
        assertThat(outcome.out).contains("[" + checkout.toRealPath() + "/app/target/modules]");
    }

    @Test
    void the_environment_comes_before_the_path_and_the_path_before_the_folders() throws Exception {
        jdk("usr/lib/jvm/java-25", "25.0.3");
        Path onPath = jdk("tools/on path", "26.0.1");
        Path home = jdk("home jdk", "25");
        Path wanted = jdk("wanted", "27");
        aBuild();

        Files.createSymbolicLink(bin.resolve("java"), onPath.resolve("bin/java"));
        assertThat(launch().out).startsWith("java of tools/on path\n");
        environment.add("JAVA_HOME=" + home);
        assertThat(launch().out).startsWith("java of home jdk\n");
        environment.add("INKLING_JAVA_HOME=" + wanted);
        assertThat(launch().out).startsWith("java of wanted\n");
    }

    @Test
    void old_jdks_in_the_environment_and_on_the_path_are_passed_over() throws Exception {
        environment.add("JAVA_HOME=" + jdk("old home", "1.8.0_402"));
        Files.createSymbolicLink(
                bin.resolve("java"), jdk("tools/old", "17.0.15").resolve("bin/java"));
        jdk("home/.sdkman/candidates/java/25.0.2-tem", "25.0.2");
        aBuild();

        assertThat(launch().out).startsWith("java of home/.sdkman/candidates/java/25.0.2-tem\n");
    }

    @Test
    void finds_the_folders_of_macos_and_jbang() throws Exception {
        aBuild();
        jdk("home/.jbang/cache/jdks/26", "26");
        assertThat(launch().out).startsWith("java of home/.jbang/cache/jdks/26\n");
        jdk("Library/Java/JavaVirtualMachines/temurin-25.jdk/Contents/Home", "25.0.3");
        assertThat(launch().out).startsWith("java of Library/Java/JavaVirtualMachines/temurin-25.jdk/Contents/Home\n");
    }

    @Test
    void without_a_jdk_there_is_one_clear_message() throws Exception {
        jdk("usr/lib/jvm/java-21", "21.0.7");
        aBuild();

        Outcome outcome = launch("--version");

        assertThat(outcome.status).isEqualTo(2);
        assertThat(outcome.out).isEmpty();
        assertThat(outcome.err.lines())
                .hasSize(1)
                .first()
                .asString()
                .contains("no JDK 25 or newer", "INKLING_JAVA_HOME");
    }

    @Test
    void a_jdk_without_the_vector_module_is_taken_where_there_is_no_other() throws Exception {
        withoutVectors(jdk("usr/lib/jvm/java-25-small", "25.0.3"));
        aBuild();

        assertThat(launch("plan").out)
                .startsWith("java of usr/lib/jvm/java-25-small\n")
                .doesNotContain("--add-modules")
                .endsWith("[plan]\n");

        environment.add("JAVA_HOME=" + withoutVectors(jdk("small home", "25")));
        jdk("usr/lib/jvm/java-26", "26");
        assertThat(launch("plan").out)
                .startsWith("java of usr/lib/jvm/java-26\n[--add-modules=jdk.incubator.vector]\n");

        environment.add("INKLING_JAVA_HOME=" + withoutVectors(jdk("wanted", "25")));
        assertThat(launch("plan").out).startsWith("java of wanted\n").doesNotContain("--add-modules");
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

        assertThat(outcome.status).isEqualTo(2);
        assertThat(outcome.err.lines()).hasSize(1).first().asString().contains("INKLING_JAVA_HOME is");
    }

    @Test
    void without_maven_and_without_a_build_there_is_one_clear_message() throws Exception {
        jdk("usr/lib/jvm/java-25", "25.0.3");

        Outcome outcome = launch();

        assertThat(outcome.status).isEqualTo(2);
        assertThat(outcome.err.lines()).hasSize(1).first().asString().contains("Maven (mvn) is needed");
    }

    @Test
    void builds_once_and_again_when_a_source_is_newer() throws Exception {
        jdk("usr/lib/jvm/java-25", "25.0.3");
        maven(0);

        Outcome first = launch("plan");
        assertThat(first.err.lines())
                .as("Maven's words")
                .hasSize(1)
                .first()
                .asString()
                .contains("for the first time");
        assertThat(checkout.resolve("maven.txt")).content().contains("maven: -B", "JAVA_HOME=" + folder);
        assertThat(first.out).endsWith("[plan]\n");
        assertThat(launch("plan").err).isEmpty();

        for (String newer : List.of("core/src/main/java/A.java", "docs/handbook/01.md", "tokenizer/pom.xml")) {
            Path source = checkout.resolve(newer);
            write(source, "");
            Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(5)));
            assertThat(launch("plan").err).as(newer).contains("the sources have changed");
            Files.setLastModifiedTime(source, FileTime.from(Instant.EPOCH));
        }
    }

    @Test
    void a_failed_build_does_not_pass_as_a_build() throws Exception {
        jdk("usr/lib/jvm/java-25", "25.0.3");
        maven(1);

        Outcome first = launch("plan");
        assertThat(first.status).isEqualTo(2);
        assertThat(first.out).isEmpty();
        assertThat(first.err).contains("a compiler error", "the build failed");
        assertThat(launch("plan").status).isEqualTo(2);
        assertThat(checkout.resolve("app/target/building")).doesNotExist();

        maven(0);
        assertThat(launch("plan").status).isZero();
    }

    @Test
    void a_build_whose_program_did_not_start_is_repeated() throws Exception {
        jdk("usr/lib/jvm/java-25", "25.0.3");
        write(checkout.resolve("app/target/built.txt"), "Error occurred during initialization of boot layer\n");
        Files.setLastModifiedTime(
                checkout.resolve("app/target/built.txt"),
                FileTime.from(Instant.now().plusSeconds(5)));
        maven(0);

        assertThat(launch("plan").err).contains("building for the first time");
    }

    @Test
    void generate_alone_has_an_archive_of_its_classes_and_none_from_before_the_build() throws Exception {
        jdk("usr/lib/jvm/java-25", "25.0.3");
        aBuild();
        Path archive = checkout.resolve("app/target/generate.jsa");
        write(archive, "");

        assertThat(launch("plan", "generate").out).doesNotContain("SharedArchiveFile");
        assertThat(archive).exists();
        assertThat(launch("generate", "--seed", "1").out)
                .contains("[-XX:SharedArchiveFile=" + checkout.toRealPath() + "/app/target/generate.jsa]\n")
                .endsWith("[generate]\n[--seed]\n[1]\n");
        assertThat(archive).as("older than the build").doesNotExist();

        write(archive, "");
        Files.setLastModifiedTime(archive, FileTime.from(Instant.now().plusSeconds(9)));
        launch("generate");
        assertThat(archive).exists();
    }

    @Test
    void works_through_links_and_from_another_folder() throws Exception {
        jdk("usr/lib/jvm/java-25", "25.0.3");
        aBuild();
        Path elsewhere = Files.createDirectories(folder.resolve("else where"));
        Files.createSymbolicLink(elsewhere.resolve("first"), Path.of("../a checkout/inkling"));
        Files.createSymbolicLink(elsewhere.resolve("second"), Path.of("first"));

        Outcome outcome = run(elsewhere, List.of("./second", "--version"));

        assertThat(outcome.status).isZero();
        assertThat(outcome.out)
                .contains("[" + checkout.toRealPath() + "/app/target/modules]")
                .endsWith("[--version]\n");
    }

    /// A JDK that prints its name and its arguments.
    private Path jdk(String name, String version) throws IOException {
        Path jdk = folder.resolve(name);
        String prints = "#!/bin/sh\necho 'java of " + name + "'\nfor a in \"$@\"; do printf '[%s]\\n' \"$a\"; done\n";
        executable(jdk.resolve("bin/java"), prints);
        executable(jdk.resolve("bin/javac"), "#!/bin/sh\n");
        write(
                jdk.resolve("release"),
                "IMPLEMENTOR=\"somebody\"\nJAVA_VERSION=\"" + version
                        + "\"\nMODULES=\"java.base jdk.incubator.vector\"\n");
        return jdk;
    }

    private void aBuild() throws IOException {
        write(checkout.resolve("app/target/built.txt"), "WARNING: something\nUsage: inkling [OPTIONS] COMMAND\n");
        Files.setLastModifiedTime(
                checkout.resolve("app/target/built.txt"),
                FileTime.from(Instant.now().plusSeconds(2)));
    }

    private void maven(int status) throws IOException {
        String script = "#!/bin/sh\n{ echo \"maven: $*\"; echo \"JAVA_HOME=$JAVA_HOME\"; } >maven.txt\n"
                + "echo 'a compiler error'\nmkdir -p app/target/modules\n"
                + "echo 'Usage: inkling' > app/target/built.txt\nexit " + status + "\n";
        executable(bin.resolve("mvn"), script);
    }

    private static void executable(Path file, String text) throws IOException {
        write(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private Outcome launch(String... arguments) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(checkout.resolve("inkling").toString()));
        command.addAll(List.of(arguments));
        return run(folder, command);
    }

    private Outcome run(Path workingFolder, List<String> command) throws IOException, InterruptedException {
        Path out = folder.resolve("out.txt");
        Path err = folder.resolve("err.txt");
        var builder = new ProcessBuilder(command)
                .directory(workingFolder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().clear();
        for (String setting : environment) {
            int equals = setting.indexOf('=');
            builder.environment().put(setting.substring(0, equals), setting.substring(equals + 1));
        }
        Process process = builder.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    private record Outcome(int status, String out, String err) {}
}
