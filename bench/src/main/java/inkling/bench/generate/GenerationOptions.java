package inkling.bench.generate;

import inkling.bench.train.BenchModel;
import inkling.core.tensor.WeightFormat;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/// What is measured, from the command line.
///
/// @param model the model's sizes
/// @param threads ours and the peers'
/// @param weights how inkling keeps the weights
/// @param llama2c llama2.c's `run`, where it was named
/// @param runq llama2.c's `runq`, where it was named
/// @param rounds how often each generates
/// @param tokens how many tokens each time, at most 256
record GenerationOptions(
        BenchModel model,
        int threads,
        WeightFormat weights,
        Optional<Path> llama2c,
        Optional<Path> runq,
        int rounds,
        int tokens) {
    private static final String USAGE = "usage: MODEL THREADS [--weights float32|bfloat16|int8] [--llama2c PROGRAM]"
            + " [--runq PROGRAM] [--rounds N] [--tokens N]";

    static GenerationOptions parse(String[] args) {
        if (args.length < 2 || args.length % 2 != 0) {
            throw new IllegalArgumentException(USAGE);
        }
        Optional<Path> llama2c = Optional.empty();
        Optional<Path> runq = Optional.empty();
        WeightFormat weights = WeightFormat.FLOAT32;
        int rounds = 9;
        int tokens = 256;
        for (int i = 2; i < args.length; i += 2) {
            switch (args[i]) {
                case "--weights" -> weights = WeightFormat.valueOf(args[i + 1].toUpperCase(Locale.ROOT));
                case "--llama2c" -> llama2c = Optional.of(Path.of(args[i + 1]));
                case "--runq" -> runq = Optional.of(Path.of(args[i + 1]));
                case "--rounds" -> rounds = Integer.parseInt(args[i + 1]);
                case "--tokens" -> tokens = Integer.parseInt(args[i + 1]);
                default -> throw new IllegalArgumentException("unknown option " + args[i] + "; " + USAGE);
            }
        }
        BenchModel model = BenchModel.valueOf(args[0]);
        return new GenerationOptions(model, Integer.parseInt(args[1]), weights, llama2c, runq, rounds, tokens);
    }
}
