package inkling.bench.tokenizer;

import inkling.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// From nothing to the ids of a sentence: starting a Java machine, loading a vocabulary, encoding; and loading it
/// again in a warm machine.
///
/// Run it as `bench/run tokenizer.ColdStartBench r50k_base.tiktoken.gz …`. Medians.
public final class ColdStartBench {
    private static final int STARTS = 9;
    private static final int LOADS = 15;

    private ColdStartBench() {}

    /// The program that is started: encodes a sentence and prints how many milliseconds loading takes once warm.
    public static final class Sentence {
        private Sentence() {}

        /// Arguments: a tokenizer, and how often to load it again.
        public static void main(String[] arguments) throws IOException {
            Path path = Path.of(arguments[0]);
            PrintStream out = System.out;
            out.println(Tokenizer.load(path).encode("Once upon a time there was a fox.").length);
            double[] millis = new double[Integer.parseInt(arguments[1])];
            for (int i = 0; i < millis.length; i++) {
                long start = System.nanoTime();
                Tokenizer.load(path);
                millis[i] = (System.nanoTime() - start) / 1e6;
            }
            Arrays.sort(millis);
            if (millis.length > 0) {
                out.println(millis[millis.length / 2]);
            }
        }
    }

    /// Arguments: tokenizers.
    public static void main(String[] arguments) throws IOException {
        PrintStream out = System.out;
        out.println("| vocabulary | process with one sentence | loading once warm |");
        out.println("| --- | ---: | ---: |");
        for (String tokenizer : arguments) {
            double[] millis = new double[STARTS];
            for (int i = 0; i < STARTS; i++) {
                millis[i] = ChildJvm.run(true, List.of(), Sentence.class, tokenizer, "0")
                        .millis();
            }
            Arrays.sort(millis);
            double warm = ChildJvm.run(true, List.of(), Sentence.class, tokenizer, Integer.toString(LOADS))
                    .number();
            out.printf(
                    Locale.ROOT,
                    "| %s | %.0f ms (%.0f to %.0f) | %.0f ms |%n",
                    Path.of(tokenizer).getFileName(),
                    millis[STARTS / 2],
                    millis[0],
                    millis[STARTS - 1],
                    warm);
        }
    }
}
