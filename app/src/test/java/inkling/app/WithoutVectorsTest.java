package inkling.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The whole way from text to text in a Java without the vector module: a process of its own whose runtime has no other
/// modules than those inkling needs.
class WithoutVectorsTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    @Tag("slow")
    void trains_evaluates_and_generates_and_says_once_that_it_is_slower() throws Exception {
        inkling("data", "stories", "--documents", "60", "--seed", "1", "--out", "stories.txt");
        inkling("tokenizer", "train", "--input", "stories.txt", "--vocab-size", "300", "--out", "tok");
        String[] training = ("train --data stories.txt --tokenizer tok --run run --steps 4 --context-length 16"
                        + " --d-model 32 --num-layers 2 --num-heads 2 --batch-size 4")
                .split(" ");
        String trained = inkling(training);
        assertThat(trained).contains("no vectors");
        assertThat(trained.lines().filter(line -> line.contains("without vectors")))
                .hasSize(1)
                .allMatch(line -> line.startsWith("inkling: working without vectors"));
        assertThat(inkling("eval", "--run", "run", "--data", "stories.txt")).contains("loss");
        assertThat(inkling("generate", "--run", "run", "--prompt", "Once", "--max-tokens", "8", "--seed", "1"))
                .contains("Once");
    }

    private String inkling(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--limit-modules",
                "java.base,java.logging,java.desktop,java.sql,java.management,jdk.jfr,jdk.unsupported",
                "-cp",
                System.getProperty("java.class.path"),
                "inkling.app.Main"));
        command.addAll(List.of(arguments));
        Path log = folder.resolve("log.txt");
        var builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("XDG_CACHE_HOME", folder.resolve("cache").toString());
        Process process = builder.start();
        try {
            assertThat(process.waitFor(400, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        String printed = Files.readString(log, StandardCharsets.UTF_8);
        assertThat(process.exitValue()).as(printed).isZero();
        return printed;
    }
}
