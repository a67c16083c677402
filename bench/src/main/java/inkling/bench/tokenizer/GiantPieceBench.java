package inkling.bench.tokenizer;

import inkling.tokenizer.SpecialPolicy;
import inkling.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;

/// Texts that have no place to be split: how long 1, 2, 4 and 8 MB of each kind take.
///
/// Run it as `java … inkling.bench.tokenizer.GiantPieceBench r50k_base.tiktoken.gz …`. Medians of five passes.
public final class GiantPieceBench {
    private static final int MEGABYTE = 1 << 20;
    private static final int LARGEST = 8;
    private static final int PASSES = 5;

    private GiantPieceBench() {}

    private enum Kind {
        LETTER_A,
        RANDOM_LETTERS,
        CARETS,
        SPACES,
        RANDOM_BYTES_ABOVE_ASCII;

        byte[] text() {
            byte[] text = new byte[LARGEST * MEGABYTE];
            Random random = new Random(1);
            for (int i = 0; i < text.length; i++) {
                text[i] = switch (this) {
                    case LETTER_A -> (byte) 'a';
                    case RANDOM_LETTERS -> (byte) ('a' + random.nextInt(26));
                    case CARETS -> (byte) '^';
                    case SPACES -> (byte) ' ';
                    case RANDOM_BYTES_ABOVE_ASCII -> (byte) (0x80 + random.nextInt(0x80));
                };
            }
            return text;
        }
    }

    /// Arguments: rank files or other tokenizers.
    public static void main(String[] arguments) throws IOException {
        PrintStream out = System.out;
        for (String path : arguments) {
            Tokenizer tokenizer = Tokenizer.load(Path.of(path));
            out.printf("%s, milliseconds (per MB)%n%n", Path.of(path).getFileName());
            out.println("| one piece of | 1 MB | 2 MB | 4 MB | 8 MB |");
            out.println("| --- | ---: | ---: | ---: | ---: |");
            for (Kind kind : Kind.values()) {
                byte[] text = kind.text();
                out.printf("| %s |", kind.name().toLowerCase(Locale.ROOT).replace('_', ' '));
                for (int megabytes = 1; megabytes <= LARGEST; megabytes *= 2) {
                    double millis = median(tokenizer, text, megabytes * MEGABYTE);
                    out.printf(Locale.ROOT, " %.0f (%.0f) |", millis, millis / megabytes);
                }
                out.println();
            }
            out.println();
        }
    }

    private static double median(Tokenizer tokenizer, byte[] text, int length) {
        double[] millis = new double[PASSES];
        for (int pass = 0; pass < PASSES; pass++) {
            long start = System.nanoTime();
            int count = tokenizer.encode(text, 0, length, SpecialPolicy.TEXT).length;
            millis[pass] = (System.nanoTime() - start) / 1e6;
            if (count == 0) {
                throw new IllegalStateException("no ids");
            }
        }
        Arrays.sort(millis);
        return millis[PASSES / 2];
    }
}
