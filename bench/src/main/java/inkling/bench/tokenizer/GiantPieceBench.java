package inkling.bench.tokenizer;

import inkling.tokenizer.SpecialPolicy;
import inkling.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/// Texts that have no place to be split: how long 1, 2, 4 and 8 MB of each kind take.
///
/// Run it as `bench/run tokenizer.GiantPieceBench r50k_base.tiktoken.gz [tokenizer.json]`. Medians of five passes;
/// peers once, with 1 MB.
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

        boolean isText() {
            return this != RANDOM_BYTES_ABOVE_ASCII;
        }

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

    /// Arguments: a rank file, and a `tokenizer.json` of the same vocabulary for Hugging Face's program, or nothing.
    public static void main(String[] arguments) throws IOException {
        PrintStream out = System.out;
        Path ranks = Path.of(arguments[0]);
        Tokenizer tokenizer = Tokenizer.load(ranks);
        List<Peer> peers = new ArrayList<>(List.of(new JtokkitPeer(String.valueOf(ranks.getFileName()))));
        if (arguments.length > 1) {
            peers.add(new HuggingFacePeer(Path.of(arguments[1])));
        }
        out.printf("%s, milliseconds%n%n| one piece of | 1 MB | 2 MB | 4 MB | 8 MB |", ranks.getFileName());
        peers.forEach(peer -> out.printf(" 1 MB, %s |", peer.name()));
        out.printf("%n| --- | ---: | ---: | ---: | ---: |%s%n", " ---: |".repeat(peers.size()));
        for (Kind kind : Kind.values()) {
            byte[] text = kind.text();
            out.printf("| %s |", kind.name().toLowerCase(Locale.ROOT).replace('_', ' '));
            for (int megabytes = 1; megabytes <= LARGEST; megabytes *= 2) {
                out.printf(Locale.ROOT, " %.0f |", median(tokenizer, text, megabytes * MEGABYTE));
            }
            for (Peer peer : peers) {
                out.print(kind.isText() ? String.format(Locale.ROOT, " %.0f |", once(peer, text)) : " – |");
            }
            out.println();
        }
        peers.forEach(Peer::close);
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

    /// One pass of a peer over 1 MB, after one over a sixteenth of it; some take seconds.
    private static double once(Peer peer, byte[] text) {
        peer.encode(Arrays.copyOf(text, MEGABYTE / 16));
        byte[] megabyte = Arrays.copyOf(text, MEGABYTE);
        long start = System.nanoTime();
        peer.encode(megabyte);
        return (System.nanoTime() - start) / 1e6;
    }
}
