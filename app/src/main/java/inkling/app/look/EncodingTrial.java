package inkling.app.look;

import inkling.tokenizer.SpecialPolicy;
import inkling.tokenizer.Tokenizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;

/// Measures how fast a tokenizer encodes a text in memory: one pass to warm up, then passes until the time is up,
/// of which the median counts. Every thread encodes the whole text in every pass.
final class EncodingTrial {
    private static final int LEAST_PASSES = 3;

    private final LongSupplier nanoTime;
    private final int threads;
    private final double seconds;

    /// A trial of at least three passes on `threads` threads, and of about `seconds` where that is longer.
    EncodingTrial(LongSupplier nanoTime, int threads, double seconds) {
        this.nanoTime = nanoTime;
        this.threads = threads;
        this.seconds = seconds;
    }

    /// What came out.
    ///
    /// @param tokens tokens of the text
    /// @param bytesPerSecond bytes encoded in a second by all threads together
    /// @param passes how many passes were measured
    record Outcome(long tokens, double bytesPerSecond, int passes) {}

    /// Measures one tokenizer on one text in UTF-8.
    Outcome run(Tokenizer tokenizer, byte[] text) throws IOException {
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            long tokens = pass(pool, tokenizer, text);
            List<Long> nanos = new ArrayList<>();
            long start = nanoTime.getAsLong();
            for (long now = start; nanos.size() < LEAST_PASSES || now - start < seconds * 1e9; ) {
                pass(pool, tokenizer, text);
                long end = nanoTime.getAsLong();
                nanos.add(Math.max(1, end - now));
                now = end;
            }
            Collections.sort(nanos);
            double median = nanos.get(nanos.size() / 2);
            return new Outcome(tokens, 1e9 * threads * text.length / median, nanos.size());
        }
    }

    private long pass(ExecutorService pool, Tokenizer tokenizer, byte[] text) throws IOException {
        List<Future<Long>> counts = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            counts.add(pool.submit(() -> tokenizer.count(text, 0, text.length, SpecialPolicy.ALLOW)));
        }
        try {
            long tokens = 0;
            for (Future<Long> count : counts) {
                tokens = count.get();
            }
            return tokens;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while measuring", e);
        } catch (ExecutionException e) {
            throw new IOException("encoding failed: " + e.getCause(), e);
        }
    }
}
