package inkling.bench.tokenizer;

import inkling.tokenizer.ProgressListener;
import inkling.tokenizer.SpecialPolicy;
import inkling.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// What encoding a file needs in memory beyond the vocabulary and the Java machine: peak resident memory of a
/// process that encodes it, less that of one that only loads the vocabulary and encodes a sentence.
///
/// Run it as `bench/run tokenizer.FileMemoryBench r50k_base.tiktoken.gz 2 text.txt …`, with Linux's
/// `/proc`. Both processes use the collector and the first heap that the launcher of the command line chooses.
public final class FileMemoryBench {
    private static final List<String> LAUNCHER = List.of("-XX:+UseSerialGC", "-Xms128m", "-Xmn8m");

    private FileMemoryBench() {}

    /// The program that is started: loads, encodes and prints its peak resident memory in megabytes.
    public static final class Encode {
        private Encode() {}

        /// Arguments: a tokenizer, the number of threads, and a text file or nothing.
        public static void main(String[] arguments) throws IOException {
            Tokenizer tokenizer = Tokenizer.load(Path.of(arguments[0]));
            int count = tokenizer.count("Once upon a time there was a fox.", SpecialPolicy.TEXT);
            if (arguments.length > 2) {
                Path npy = Files.createTempFile("inkling", ".npy");
                tokenizer.encodeFiles(
                        List.of(Path.of(arguments[2])), npy, Integer.parseInt(arguments[1]), ProgressListener.NONE);
                Files.delete(npy);
            }
            String peak = Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("VmHWM"))
                    .findFirst()
                    .orElseThrow();
            PrintStream out = System.out;
            out.println(count);
            out.println(Long.parseLong(peak.replaceAll("\\D", "")) / 1024.0);
        }
    }

    /// Arguments: a tokenizer, the number of threads, text files.
    public static void main(String[] arguments) throws IOException {
        PrintStream out = System.out;
        double idle = ChildJvm.run(true, LAUNCHER, Encode.class, arguments[0], arguments[1])
                .number();
        out.printf(Locale.ROOT, "vocabulary and Java machine: %.0f MB%n", idle);
        for (String text : List.of(arguments).subList(2, arguments.length)) {
            double peak = ChildJvm.run(true, LAUNCHER, Encode.class, arguments[0], arguments[1], text)
                    .number();
            out.printf(
                    Locale.ROOT,
                    "%s, %.1f MB, %s threads: %.0f MB, %.0f MB more%n",
                    text,
                    Files.size(Path.of(text)) / 1e6,
                    arguments[1],
                    peak,
                    peak - idle);
        }
    }
}
