package inkling.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A real program is stopped in the middle of its work: nothing half-written stays behind. Its text comes through a
/// pipe that never ends, so that it certainly is in the middle.
@DisabledOnOs(OS.WINDOWS)
class StoppedProcessTest {
    private static final byte[] TEXT =
            "Once upon a time there was a fox. ".repeat(100_000).getBytes(StandardCharsets.UTF_8);

    private static final int SIGINT = 2;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void a_stopped_encoding_leaves_nothing(String signal) throws Exception {
        assumeHeard(signal);
        Path small = Files.writeString(folder.resolve("small.txt"), "a fox, a fox and another fox".repeat(9));
        String tok = folder.resolve("tok").toString();
        assertThat(Session.run("tokenizer", "train", "--input", small.toString(), "--vocab-size", "260", "--out", tok)
                        .status())
                .isZero();
        Path out = Files.createDirectories(folder.resolve("out"));
        String npy = out.resolve("ids.npy").toString();
        stop(signal, out, 1, "tokenizer", "encode", "--tokenizer", tok, "--input", "pipe", "--out", npy);
    }

    @Test
    void a_stopped_training_leaves_nothing() throws Exception {
        Path out = Files.createDirectories(folder.resolve("out"));
        String tok = out.resolve("tok").toString();
        stop("TERM", out, 0, "tokenizer", "train", "--input", "pipe", "--vocab-size", "300", "--out", tok);
    }

    @Test
    void a_killed_training_goes_on_from_its_kept_counts() throws Exception {
        Path text = folder.resolve("text.txt");
        StringBuilder words = new StringBuilder();
        Random random = new Random(8);
        while (words.length() < 30_000_000) {
            words.append(Integer.toString(random.nextInt(500_000), 36)).append(' ');
        }
        Files.writeString(text, words);
        Path out = Files.createDirectories(folder.resolve("out"));
        String[] train = {
            "tokenizer", "train", "--input", text.toString(), "--vocab-size", "300", "--keep-every", "2M", "--out"
        };
        Process process = start(Stream.concat(Stream.of(train), Stream.of(out + "/tok")));
        try {
            while (!names(out).contains("tok.counts") && process.isAlive()) {
                Thread.sleep(1);
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(names(out)).contains("tok.counts").doesNotContain("tok");
        Session.Outcome resumed = Session.run(Stream.concat(Stream.of(train), Stream.of(out + "/tok", "--resume"))
                .toArray(String[]::new));
        Session.Outcome whole = Session.run(
                Stream.concat(Stream.of(train), Stream.of(out + "/whole")).toArray(String[]::new));
        assertThat(List.of(resumed.status(), whole.status())).as(resumed.err()).containsOnly(0);
        assertThat(out.resolve("tok/tokenizer.json")).hasSameBinaryContentAs(out.resolve("whole/tokenizer.json"));
        assertThat(names(out)).doesNotContain("tok.counts", "whole.counts");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void a_stopped_run_is_saved_and_goes_on(String signal) throws Exception {
        assumeHeard(signal);
        String text = folder.resolve("text.txt").toString();
        String tok = folder.resolve("tok").toString();
        Path run = folder.resolve("run");
        succeed("data", "stories", "--documents", "60", "--seed", "3", "--out", text);
        succeed("tokenizer", "train", "--input", text, "--vocab-size", "400", "--out", tok);
        Process process = start(Stream.of(
                ("train --steps 100000 --num-layers 1 --d-model 16 --num-heads 2 --context-length 16 --batch-size 2 --data "
                                + text + " --tokenizer " + tok + " --run " + run)
                        .split(" ")));
        try {
            Path metrics = run.resolve("metrics.jsonl");
            while (process.isAlive() && !(Files.exists(metrics) && Files.size(metrics) > 0)) {
                Thread.sleep(5);
            }
            run("kill", "-" + signal, Long.toString(process.pid()));
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        String log = Files.readString(folder.resolve("log.txt"));
        assertThat(log).contains("everything is saved", "go on with: inkling train --resume " + run);
        List<String> checkpoints = names(run.resolve("checkpoints"));
        assertThat(checkpoints).as(log).isNotEmpty().allMatch(name -> name.matches("step-\\d+"));
        assertThat(succeed("train", "--resume", run.toString(), "--stop-after", "3")
                        .err())
                .contains("going on from step " + grouped(checkpoints.getLast()));
    }

    /// A shell has what a script starts in the background ignore SIGINT, and Java programs keep to that.
    private static void assumeHeard(String signal) throws IOException {
        Path status = Path.of("/proc/self/status");
        if (signal.equals("INT") && Files.exists(status)) {
            boolean ignored = Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith("SigIgn:"))
                    .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) >> (SIGINT - 1) & 1) != 0);
            Assumptions.assumeFalse(ignored, "skipped: SIGINT is ignored by all that this process starts");
        }
    }

    private static String grouped(String checkpoint) {
        return String.format(Locale.ROOT, "%,d", Long.parseLong(checkpoint.substring("step-".length())));
    }

    private static Session.Outcome succeed(String... arguments) {
        Session.Outcome outcome = Session.run(arguments);
        assertThat(outcome.status()).as(outcome.err()).isZero();
        return outcome;
    }

    /// Starts a command, feeds it, waits for `files` unfinished files, and stops it.
    private void stop(String signal, Path out, int files, String... arguments) throws Exception {
        Path pipe = folder.resolve("pipe");
        run("mkfifo", pipe.toString());
        Process process = start(Stream.of(arguments).map(text -> text.equals("pipe") ? pipe.toString() : text));
        try (OutputStream text = Files.newOutputStream(pipe)) {
            text.write(TEXT); // returns when all but the pipe's own buffer was read
            text.flush();
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (names(out).size() < files && System.nanoTime() < end) {
                Thread.sleep(5);
            }
            assertThat(process.isAlive())
                    .as(Files.readString(folder.resolve("log.txt")))
                    .isTrue();
            assertThat(names(out)).hasSize(files).allMatch(name -> name.endsWith(".partial"));
            run("kill", "-" + signal, Long.toString(process.pid()));
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).isNotZero();
        assertThat(names(out)).isEmpty();
    }

    /// Starts the program with its output in `log.txt`.
    private Process start(Stream<String> arguments) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Stream<String> program = Stream.of(
                java,
                "--add-modules",
                "jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path"),
                "inkling.app.Main");
        return new ProcessBuilder(Stream.concat(program, arguments).toList())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log.txt").toFile())
                .start();
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName())).toList();
        }
    }

    private static void run(String... command) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
    }
}
