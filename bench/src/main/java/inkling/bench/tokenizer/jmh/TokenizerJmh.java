package inkling.bench.tokenizer.jmh;

import inkling.tokenizer.BpeTrainer;
import inkling.tokenizer.ProgressListener;
import inkling.tokenizer.SpecialPolicy;
import inkling.tokenizer.Tokenizer;
import inkling.tokenizer.TrainerOptions;
import inkling.tokenizer.split.PieceWalk;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/// One operation works through the whole text once, on one thread.
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class TokenizerJmh {
    private static final int VOCABULARY = 10_000;

    /// Encoding with warm caches.
    @Benchmark
    public void encode(TextState state, TextState.Work work, Blackhole out) {
        encode(state.tokenizer, state, out);
        work.megabytes += state.megabytes;
    }

    /// Encoding with empty caches, as a text that is seen for the first time.
    @Benchmark
    public void encodeFirstTime(TextState state, TextState.Work work, Blackhole out) {
        encode(state.tokenizer.withSpecialTokens(List.of()), state, out);
        work.megabytes += state.megabytes;
    }

    private static void encode(Tokenizer tokenizer, TextState state, Blackhole out) {
        for (byte[] piece : state.pieces) {
            out.consume(tokenizer.encode(piece, SpecialPolicy.TEXT));
        }
    }

    /// jtokkit on the same pieces.
    @Benchmark
    public void encodeJtokkit(TextState state, TextState.Work work, Blackhole out) {
        for (byte[] piece : state.pieces) {
            out.consume(state.jtokkit.encodeOrdinary(new String(piece, StandardCharsets.UTF_8)));
        }
        work.megabytes += state.megabytes;
    }

    /// Counting without making ids.
    @Benchmark
    public void count(TextState state, TextState.Work work, Blackhole out) {
        out.consume(state.tokenizer.count(state.whole, 0, state.whole.length, SpecialPolicy.TEXT));
        work.megabytes += state.megabytes;
    }

    /// From ids to bytes.
    @Benchmark
    public void decode(TextState state, TextState.Work work, Blackhole out) {
        out.consume(state.tokenizer.decodeBytes(state.ids));
        work.megabytes += state.megabytes;
    }

    /// Splitting alone.
    @Benchmark
    public void scan(TextState state, TextState.Work work, Blackhole out) {
        PieceWalk pieces = state.tokenizer.splitPattern().walk();
        int[] ends = new int[2048];
        pieces.begin(state.whole, 0, state.whole.length);
        for (int count = pieces.next(ends); count > 0; count = pieces.next(ends)) {
            out.consume(count);
        }
        work.megabytes += state.megabytes;
    }

    /// Training a vocabulary of 10,000 on the text.
    @Benchmark
    public void train(TextState state, TextState.Work work, Blackhole out) {
        TrainerOptions options = TrainerOptions.of(VOCABULARY).withThreads(1);
        out.consume(new BpeTrainer(options).train(state.whole, ProgressListener.NONE));
        work.megabytes += state.megabytes;
    }
}
