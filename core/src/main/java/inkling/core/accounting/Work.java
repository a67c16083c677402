package inkling.core.accounting;

import inkling.core.device.AttentionShape;
import inkling.core.nn.FeedForwardSpec;
import inkling.core.nn.ModelConfig;
import inkling.core.ops.LanguageModelLoss;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A piece of a training step whose rate is worth measuring: matrix products and attention, forward and backward.
public sealed interface Work {
    /// What it is called in tables.
    String name();

    /// The shape, under which a measured rate is remembered.
    String shape();

    /// Tokens of one run of the shape.
    int rows();

    /// FLOPs of one forward run of the shape.
    double forwardFlops();

    /// FLOPs of forward and backward pass together, in forward passes: a layer has two products for the gradients of
    /// its one, attention five for its two.
    double forwardPasses();

    /// How often a step runs it; not whole where its last run has less to do.
    double times();

    /// FLOPs that forward and backward pass of one step really execute.
    default double stepFlops() {
        return forwardPasses() * forwardFlops() * times();
    }

    /// A linear layer `(m × k)·(k × n)`, with both gradients in the backward pass.
    ///
    /// @param name which layer
    /// @param m rows: tokens
    /// @param k inputs
    /// @param n outputs
    /// @param times how often a step runs it; not whole where the last run of a step has fewer rows
    record Layer(String name, int m, int k, int n, double times) implements Work {
        @Override
        public String shape() {
            return String.format(Locale.ROOT, "(%d × %d)·(%d × %d)", m, k, k, n);
        }

        @Override
        public int rows() {
            return m;
        }

        @Override
        public double forwardFlops() {
            return 2.0 * m * k * n;
        }

        @Override
        public double forwardPasses() {
            return 3;
        }
    }

    /// Causal attention over whole sequences: two products forward, five backward, below the diagonal only.
    ///
    /// @param name what tables call it
    /// @param sizes of one run
    /// @param times how often a step runs it; not whole where a step has more sequences than `sizes`
    record Attention(String name, AttentionShape sizes, double times) implements Work {
        @Override
        public String shape() {
            var heads = sizes.heads();
            return String.format(
                    Locale.ROOT,
                    "%d × %d tokens, %d/%d heads × %d",
                    sizes.batch(),
                    sizes.time(),
                    heads.queryHeads(),
                    heads.keyValueHeads(),
                    heads.headWidth());
        }

        @Override
        public int rows() {
            return sizes.rows();
        }

        @Override
        public double forwardFlops() {
            return 2.0 * sizes.rows() * (sizes.time() + 1) * sizes.heads().queryWidth();
        }

        @Override
        public double forwardPasses() {
            return 3.5;
        }
    }

    /// More rows than these are not measured: the rate is the same and the time longer.
    int MAX_ROWS = 2_048;

    /// More multiplications than these are not measured at once: they take 40 ms at 500 GFLOP/s.
    long MAX_MULTIPLICATIONS = 10_000_000_000L;

    /// The pieces of one forward and backward pass over `batch` sequences of `time` tokens.
    static List<Work> of(ModelConfig config, int batch, int time) {
        long tokens = Math.multiplyExact((long) batch, (long) time);
        int layers = config.numLayers();
        int width = config.dModel();
        int hidden = config.feedForward().width();
        List<Work> work = new ArrayList<>();
        work.add(layer("Q, K, V", tokens, layers, width, config.heads().fusedWidth()));
        work.add(layer("output projection", tokens, layers, width, width));
        switch (config.feedForward()) {
            case FeedForwardSpec.SwiGlu _ -> work.add(layer("W1 and W3", tokens, layers, width, 2 * hidden));
            case FeedForwardSpec.Silu _ -> work.add(layer("W1", tokens, layers, width, hidden));
        }
        work.add(layer("W2", tokens, layers, hidden, width));
        int chunk = LanguageModelLoss.chunkRows(config.vocabularySize(), tokens);
        work.add(layer("output head", chunk, (double) tokens / chunk, width, config.vocabularySize()));
        int sequences = Math.clamp(MAX_ROWS / time, 1, batch);
        AttentionShape attention = new AttentionShape(sequences, time, config.heads());
        work.add(new Attention("attention", attention, (double) layers * batch / sequences));
        return List.copyOf(work);
    }

    private static Layer layer(String name, long tokens, double times, int k, int n) {
        long enough = Math.max(128, MAX_MULTIPLICATIONS / ((long) k * n));
        int rows = (int) Math.min(tokens, Math.min(MAX_ROWS, enough));
        return new Layer(name, rows, k, n, times * tokens / rows);
    }
}
