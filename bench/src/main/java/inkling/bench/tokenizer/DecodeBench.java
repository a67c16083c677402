package inkling.bench.tokenizer;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import com.knuddels.jtokkit.api.IntArrayList;
import inkling.tokenizer.SpecialPolicy;
import inkling.tokenizer.StreamDecoder;
import inkling.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.ToLongFunction;

/// Decoding: ids to bytes, to text, and one by one as text, beside jtokkit; one thread.
///
/// Run it as `taskset -c 1 bench/run tokenizer.DecodeBench r50k_base.tiktoken.gz webmix-train.txt`, the text not
/// packed. The ids are given in arrays of 16,384; medians of passes taken in turn.
public final class DecodeBench {
    private static final int IDS = 1 << 14;
    private static final int PASSES = 7;

    private DecodeBench() {}

    private record Way(String name, ToLongFunction<int[]> decode) {}

    /// Arguments: a rank file and a text file.
    public static void main(String[] arguments) throws IOException {
        Path ranks = Path.of(arguments[0]);
        Tokenizer tokenizer = Tokenizer.load(ranks);
        byte[] text = Files.readAllBytes(Path.of(arguments[1]));
        int[][] ids = parts(tokenizer.encode(text, SpecialPolicy.TEXT));
        Encoding jtokkit = jtokkit(ranks);
        Way[] ways = {
            new Way("inkling, bytes", part -> tokenizer.decodeBytes(part).length),
            new Way("inkling, text", part -> tokenizer.decode(part).length()),
            new Way("inkling, text one id at a time", part -> oneByOne(tokenizer, part)),
            new Way("jtokkit 1.1.0, bytes", part -> jtokkit.decodeBytes(list(part)).length),
            new Way("jtokkit 1.1.0, text", part -> jtokkit.decode(list(part)).length()),
        };
        double[][] speeds = new double[ways.length][PASSES];
        for (int pass = 0; pass < PASSES; pass++) {
            for (int i = 0; i < ways.length; i++) {
                speeds[i][pass] = speed(ways[i], ids, text.length);
            }
        }
        PrintStream out = System.out;
        out.println("| decoding | first pass MB/s | median MB/s |");
        out.println("| --- | ---: | ---: |");
        for (int i = 0; i < ways.length; i++) {
            double first = speeds[i][0];
            Arrays.sort(speeds[i]);
            out.printf(Locale.ROOT, "| %s | %.0f | %.0f |%n", ways[i].name(), first, speeds[i][PASSES / 2]);
        }
    }

    private static double speed(Way way, int[][] ids, int textBytes) {
        long start = System.nanoTime();
        long length = 0;
        for (int[] part : ids) {
            length += way.decode().applyAsLong(part);
        }
        if (length == 0) {
            throw new IllegalStateException("no text");
        }
        return textBytes * 1e3 / (System.nanoTime() - start);
    }

    private static long oneByOne(Tokenizer tokenizer, int[] ids) {
        StreamDecoder decoder = tokenizer.streamDecoder();
        long length = 0;
        for (int id : ids) {
            length += decoder.append(id).length();
        }
        return length + decoder.finish().length();
    }

    private static int[][] parts(int[] ids) {
        int[][] parts = new int[(ids.length + IDS - 1) / IDS][];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = Arrays.copyOfRange(ids, i * IDS, Math.min(ids.length, (i + 1) * IDS));
        }
        return parts;
    }

    private static Encoding jtokkit(Path ranks) {
        String file = String.valueOf(ranks.getFileName());
        EncodingType type =
                EncodingType.fromName(file.substring(0, file.indexOf('.'))).orElseThrow();
        return Encodings.newLazyEncodingRegistry().getEncoding(type);
    }

    private static IntArrayList list(int[] ids) {
        IntArrayList list = new IntArrayList(ids.length);
        for (int id : ids) {
            list.add(id);
        }
        return list;
    }
}
