package inkling.bench.tokenizer;

import inkling.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/// Measures encoding with a published vocabulary against jtokkit and Hugging Face's native tokenizer (through DJL),
/// on one thread.
///
/// Run it pinned to one core, for example
/// `taskset -c 1 bench/run tokenizer.TokenizerBench r50k_base.tiktoken.gz webmix-train.txt.gz [tokenizer.json]`.
/// The text is given to every program in the same pieces of about 64 KiB, cut before a line that starts without
/// white space. Ids are compared first, piece by piece; a program that gives other ids is not timed. Times are
/// medians over passes taken in turn, so that all see the same machine.
public final class TokenizerBench {
    private static final int PIECE_BYTES = 1 << 16;
    private static final int PASSES = 5;
    private static final int SLOW_BYTES = 4 << 20;

    private final PrintStream out;
    private final List<byte[]> pieces;
    private final long bytes;

    private TokenizerBench(PrintStream out, byte[] text) {
        this.out = out;
        this.pieces = cut(text);
        this.bytes = text.length;
    }

    /// Arguments: a rank file, a text, and a `tokenizer.json` of the same vocabulary for Hugging Face's
    /// program, or nothing.
    public static void main(String[] arguments) throws IOException {
        if (arguments.length < 2) {
            throw new IllegalArgumentException("expected a rank file and a text file, and perhaps a tokenizer.json");
        }
        Path ranks = Path.of(arguments[0]);
        byte[] text = read(Path.of(arguments[1]));
        String clean = new String(text, StandardCharsets.UTF_8).replace("<|endoftext|>", "");
        TokenizerBench bench = new TokenizerBench(System.out, clean.getBytes(StandardCharsets.UTF_8));
        List<Peer> peers = new ArrayList<>();
        peers.add(new InklingPeer(Tokenizer.load(ranks)));
        peers.add(new JtokkitPeer(String.valueOf(ranks.getFileName())));
        if (arguments.length > 2) {
            peers.add(new HuggingFacePeer(Path.of(arguments[2])));
        }
        bench.run(peers, ranks, Path.of(arguments[1]));
    }

    private void run(List<Peer> peers, Path ranks, Path text) throws IOException {
        out.printf(
                Locale.ROOT,
                "%s on %s, %.1f MB, Java %s, one thread%n%n",
                ranks.getFileName(),
                text.getFileName(),
                bytes / 1e6,
                Runtime.version());
        compare(peers);
        out.println("| program | first pass MB/s | warm MB/s (median) | all warm passes | times inkling |");
        out.println("| --- | ---: | ---: | --- | ---: |");
        double[][] speeds = new double[peers.size()][PASSES];
        double[] first = new double[peers.size()];
        for (int i = 0; i < peers.size(); i++) {
            first[i] = pass(peers.get(i).withEmptyCache());
        }
        for (int pass = 0; pass < PASSES; pass++) {
            for (int i = 0; i < peers.size(); i++) {
                speeds[i][pass] = pass(peers.get(i));
            }
        }
        double own = median(speeds[0]);
        for (int i = 0; i < peers.size(); i++) {
            double speed = median(speeds[i]);
            out.printf(
                    Locale.ROOT,
                    "| %s | %.1f | %.1f | %s | %.3f |%n",
                    peers.get(i).name(),
                    first[i],
                    speed,
                    list(speeds[i]),
                    speed / own);
        }
        for (Peer peer : peers) {
            peer.close();
        }
        out.println();
    }

    /// Warms every program up on the text and compares its ids with inkling's.
    private void compare(List<Peer> peers) {
        long tokens = 0;
        for (Peer peer : peers) {
            long count = 0;
            int seen = 0;
            for (byte[] piece : pieces) {
                if (peer.isSlow() && seen > SLOW_BYTES) {
                    break;
                }
                int[] ids = peer.ids(piece);
                count += ids.length;
                seen += piece.length;
                if (!Arrays.equals(ids, peers.getFirst().ids(piece))) {
                    throw new IllegalStateException(peer.name() + " gives other ids; nothing measured");
                }
            }
            tokens = Math.max(tokens, count);
        }
        out.printf(Locale.ROOT, "ids equal: %,d tokens, %.3f bytes per token%n%n", tokens, (double) bytes / tokens);
    }

    private double pass(Peer peer) {
        long start = System.nanoTime();
        long done = 0;
        for (byte[] piece : pieces) {
            peer.encode(piece);
            done += piece.length;
            if (peer.isSlow() && done > SLOW_BYTES) {
                break;
            }
        }
        return done * 1e3 / (System.nanoTime() - start);
    }

    private static List<byte[]> cut(byte[] text) {
        List<byte[]> pieces = new ArrayList<>();
        int from = 0;
        while (from < text.length) {
            int to = Math.min(text.length, from + PIECE_BYTES);
            while (to < text.length && !(text[to - 1] == '\n' && text[to] > ' ')) {
                to++;
            }
            pieces.add(Arrays.copyOfRange(text, from, to));
            from = to;
        }
        return pieces;
    }

    private static byte[] read(Path file) throws IOException {
        try (InputStream input = Files.newInputStream(file)) {
            return file.toString().endsWith(".gz") ? new GZIPInputStream(input).readAllBytes() : input.readAllBytes();
        }
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static String list(double[] values) {
        StringBuilder text = new StringBuilder();
        for (double value : values) {
            text.append(text.isEmpty() ? "" : " ").append(String.format(Locale.ROOT, "%.1f", value));
        }
        return text.toString();
    }
}
