package inkling.bench.generate;

import inkling.core.nn.ModelConfig;
import inkling.core.tensor.Parameters;
import inkling.core.tensor.WeightFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// The peers of a benchmark: the model is written for them, their tokens are compared, and they run in turn with us.
final class PeerRuns {
    /// Bytes that share a scale, as llama2.c's own exports have them.
    private static final int GROUP = 64;

    private final List<Entry> entries = new ArrayList<>();
    private final int tokens;

    /// One peer and its speeds.
    private static final class Entry {
        private final String name;
        private final Llama2cPeer peer;
        private final boolean sameWeights;
        private final double[] rates;

        Entry(String name, Llama2cPeer peer, boolean sameWeights, int rounds) {
            this.name = name;
            this.peer = peer;
            this.sameWeights = sameWeights;
            this.rates = new double[rounds];
        }
    }

    PeerRuns(GenerationOptions options, ModelConfig config, Parameters parameters, Path folder) throws IOException {
        tokens = options.tokens();
        var model = new Llama2cModel(config, parameters.stateDict());
        Path vocabulary = folder.resolve("numbers.bin");
        Llama2cModel.writeNumbers(vocabulary, config.vocabularySize());
        if (options.llama2c().isPresent()) {
            Path file = folder.resolve("floats.bin");
            model.writeFloats(file);
            var peer = new Llama2cPeer(options.llama2c().get(), file, vocabulary, options.threads());
            boolean same = options.weights() == WeightFormat.FLOAT32;
            entries.add(new Entry("llama2.c", peer, same, options.rounds()));
        } else {
            System.out.println("llama2.c skipped: --llama2c names no program");
        }
        if (options.runq().isPresent()) {
            Path file = folder.resolve("bytes.bin");
            model.writeBytes(file, GROUP);
            var peer = new Llama2cPeer(options.runq().get(), file, vocabulary, options.threads());
            entries.add(new Entry("llama2.c runq", peer, false, options.rounds()));
        } else {
            System.out.println("llama2.c int8 skipped: --runq names no program");
        }
    }

    /// Says how many tokens are the same as ours.
    void check(int[] ours) throws IOException {
        for (Entry entry : entries) {
            int[] theirs = entry.peer.generate(tokens).tokens().stream()
                    .mapToInt(Integer::intValue)
                    .toArray();
            int same = Arrays.mismatch(ours, theirs);
            String verdict = same < 0 ? "all " + theirs.length : "the first " + same + " of " + theirs.length;
            System.out.println(entry.name + ": " + verdict + " tokens are the same as ours");
            if (entry.sameWeights && same >= 0 && same < theirs.length / 4) {
                throw new IllegalStateException(entry.name + " computes something else");
            }
        }
    }

    void round(int round) throws IOException {
        for (Entry entry : entries) {
            entry.rates[round] = entry.peer.generate(tokens).tokensPerSecond();
        }
    }

    void print(double ours) {
        for (Entry entry : entries) {
            Arrays.sort(entry.rates);
            double median = entry.rates[entry.rates.length / 2];
            System.out.printf(
                    Locale.ROOT,
                    "%-16s %8.1f tokens/s (%.1f to %.1f); inkling is %.2f times as fast%n",
                    entry.name,
                    median,
                    entry.rates[0],
                    entry.rates[entry.rates.length - 1],
                    ours / median);
        }
    }
}
