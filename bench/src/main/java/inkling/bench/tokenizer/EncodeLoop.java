package inkling.bench.tokenizer;

import inkling.tokenizer.SpecialPolicy;
import inkling.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// Encodes a text again and again on one thread and prints the median in MB/s: a program for other programs to
/// start.
public final class EncodeLoop {
    private static final int PIECE_BYTES = 1 << 16;

    private EncodeLoop() {}

    /// Arguments: a tokenizer, a text file, the number of passes.
    public static void main(String[] arguments) throws IOException {
        Tokenizer tokenizer = Tokenizer.load(Path.of(arguments[0]));
        byte[] text = Files.readAllBytes(Path.of(arguments[1]));
        int passes = Integer.parseInt(arguments[2]);
        int[] ids = new int[PIECE_BYTES];
        double[] speeds = new double[passes];
        for (int pass = -2; pass < passes; pass++) {
            long start = System.nanoTime();
            for (int from = 0; from < text.length; from += PIECE_BYTES) {
                tokenizer.encodeInto(ids, text, from, Math.min(text.length, from + PIECE_BYTES), SpecialPolicy.ALLOW);
            }
            if (pass >= 0) {
                speeds[pass] = text.length * 1e3 / (System.nanoTime() - start);
            }
        }
        Arrays.sort(speeds);
        PrintStream out = System.out;
        out.println(speeds[passes / 2]);
    }
}
