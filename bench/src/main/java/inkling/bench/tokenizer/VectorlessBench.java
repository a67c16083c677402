package inkling.bench.tokenizer;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// What the vector module of the JDK brings: encoding in Java machines with and without it, in turn.
///
/// Run it as `bench/run tokenizer.VectorlessBench webmix-train.txt r50k_base.tiktoken.gz …`, the text
/// not packed.
public final class VectorlessBench {
    private static final int ROUNDS = 3;
    private static final String PASSES = "5";

    private VectorlessBench() {}

    /// Arguments: a text file and tokenizers.
    public static void main(String[] arguments) throws IOException {
        PrintStream out = System.out;
        for (String tokenizer : Arrays.asList(arguments).subList(1, arguments.length)) {
            double[] with = new double[ROUNDS];
            double[] without = new double[ROUNDS];
            for (int round = 0; round < ROUNDS; round++) {
                with[round] = speed(true, tokenizer, arguments[0]);
                without[round] = speed(false, tokenizer, arguments[0]);
            }
            Arrays.sort(with);
            Arrays.sort(without);
            out.printf(
                    Locale.ROOT,
                    "%s: with vectors %.0f MB/s, without %.0f MB/s, %.0f %%%n",
                    tokenizer,
                    with[ROUNDS / 2],
                    without[ROUNDS / 2],
                    100 * without[ROUNDS / 2] / with[ROUNDS / 2]);
        }
    }

    private static double speed(boolean vectors, String tokenizer, String text) throws IOException {
        return ChildJvm.run(vectors, List.of(), EncodeLoop.class, tokenizer, text, PASSES)
                .number();
    }
}
