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
import org.junit.jupiter.api.io.TempDir;

/// A made-up checkout with the launcher, made-up JDKs and a made-up Maven.
abstract class LauncherFixture {
    private static final List<String> TOOLS = List.of(
            "sh", "dirname", "readlink", "find", "head", "grep", "touch", "mkdir", "rm", "cat", "sleep", "stty");

    @TempDir
    Path folder;

    Path checkout;
    Path bin;
    final List<String> environment = new ArrayList<>();

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

    /// A JDK that prints its name and its arguments.
    Path jdk(String name, String version) throws IOException {
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

    void aBuild() throws IOException {
        write(checkout.resolve("app/target/built.txt"), "WARNING: something\nUsage: inkling [OPTIONS] COMMAND\n");
        Files.setLastModifiedTime(
                checkout.resolve("app/target/built.txt"),
                FileTime.from(Instant.now().plusSeconds(2)));
    }

    void maven(int status) throws IOException {
        String script = "#!/bin/sh\n{ echo \"maven: $*\"; echo \"JAVA_HOME=$JAVA_HOME\"; } >maven.txt\n"
                + "echo 'a compiler error'\nmkdir -p app/target/modules\n"
                + "echo 'Usage: inkling' > app/target/built.txt\nexit " + status + "\n";
        executable(bin.resolve("mvn"), script);
    }

    static void executable(Path file, String text) throws IOException {
        write(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    Outcome launch(String... arguments) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(checkout.resolve("inkling").toString()));
        command.addAll(List.of(arguments));
        return run(folder, command);
    }

    Outcome run(Path workingFolder, List<String> command) throws IOException, InterruptedException {
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

    record Outcome(int status, String out, String err) {}
}
