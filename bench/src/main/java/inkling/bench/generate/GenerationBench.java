package inkling.bench.generate;

import inkling.bench.train.Allocation;
import inkling.core.device.cpu.CpuKernels;
import inkling.core.device.cpu.Processor;
import inkling.core.generate.Generator;
import inkling.core.generate.Sampler;
import inkling.core.generate.SamplingSpec;
import inkling.core.nn.ModelConfig;
import inkling.core.nn.TransformerLm;
import inkling.core.tensor.Parameter;
import inkling.core.tensor.Parameters;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/// Writes 256 tokens, always the likeliest, with a model of random weights: tokens per second, the rate at which a
/// prompt is read, bytes per token as a share of what the memory can give, and what a token allocates on the heap.
/// Programs of the llama2.c project that are named run the same weights in turn, after their tokens have been compared
/// with ours.
///
/// `bench/run generate.GenerationBench MODEL THREADS [--weights float32|bfloat16|int8] [--llama2c PROGRAM] [--runq
/// PROGRAM] [--rounds N] [--tokens N]`, for example `S 2 --llama2c ./run`.
public final class GenerationBench {
    private static final int CONTEXT = 256;
    private static final int FIRST = 1;
    private static final double WARM_UP_SECONDS = 3;
    private static final double LONGEST_WARM_UP_SECONDS = 20;

    private final GenerationOptions options;
    private final ModelConfig config;
    private final Parameters parameters;
    private final CpuKernels kernels;
    private final PeerRuns peers;
    private final Generator generator;
    private final int[] prompt = {FIRST};
    private final Generator.Request request;
    private final Sampler sampler = new Sampler(SamplingSpec.greedy(), new SplittableRandom(1));
    private final int[] made;
    private int count;
    private long firstAt;

    private GenerationBench(GenerationOptions options, CpuKernels kernels, Path folder) throws IOException {
        this.options = options;
        this.kernels = kernels;
        request = new Generator.Request(options.tokens(), Set.of());
        made = new int[options.tokens()];
        config = longEnough(options.model().config);
        Arena arena = Arena.global();
        var declarations = new Parameters.Declarations();
        TransformerLm lm = TransformerLm.declare(config, declarations);
        parameters = declarations.allocateValues(arena);
        parameters.initialize(5);
        peers = new PeerRuns(options, config, parameters, folder);
        parameters.pack(Processor.layout(options.weights()), arena);
        generator = new Generator(lm, kernels);
        System.out.printf(
                Locale.ROOT,
                "%s, %s weights, on %s: %,d parameters%n",
                options.model(),
                options.weights().name().toLowerCase(Locale.ROOT),
                kernels.name(),
                parameters.count());
    }

    /// The model with room for all tokens; the context changes no weight.
    private static ModelConfig longEnough(ModelConfig model) {
        return new ModelConfig(
                model.vocabularySize(),
                Math.max(CONTEXT, model.contextLength()),
                model.dModel(),
                model.numLayers(),
                model.numHeads(),
                model.numKeyValueHeads(),
                model.norm(),
                model.placement(),
                model.position(),
                model.feedForward(),
                model.tiedHead());
    }

    /// Runs the benchmark.
    public static void main(String[] args) throws IOException, InterruptedException {
        GenerationOptions options = GenerationOptions.parse(args);
        Path folder = Files.createTempDirectory("generation");
        try (CpuKernels kernels = new CpuKernels(options.threads())) {
            new GenerationBench(options, kernels, folder).run();
        } finally {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        }
    }

    private void run() throws IOException, InterruptedException {
        warmUp();
        peers.check(made);
        double tokensPerSecond = compare();
        limits(tokensPerSecond);
        prefill();
    }

    /// Until the compiler has reached everything, which shows in nothing being allocated any more.
    private void warmUp() {
        long start = System.nanoTime();
        long allocated = Long.MAX_VALUE;
        double seconds = 0;
        while (seconds < WARM_UP_SECONDS || allocated > options.tokens() * 16L && seconds < LONGEST_WARM_UP_SECONDS) {
            long before = Allocation.bytes();
            long _ = generate();
            allocated = Allocation.bytes() - before;
            seconds = (System.nanoTime() - start) / 1e9;
        }
    }

    /// Nanoseconds of all tokens but the first, as llama2.c counts them.
    private long generate() {
        count = 0;
        Generator.End _ = generator.generate(prompt, request, sampler, this::hear);
        return System.nanoTime() - firstAt;
    }

    private boolean hear(int token) {
        if (count == 0) {
            firstAt = System.nanoTime();
        }
        made[count++] = token;
        return true;
    }

    private double compare() throws IOException {
        double[] ours = new double[options.rounds()];
        long allocated = 0;
        for (int round = 0; round < options.rounds(); round++) {
            long before = Allocation.bytes();
            ours[round] = (options.tokens() - 1) / (generate() / 1e9);
            allocated += Allocation.bytes() - before;
            peers.round(round);
        }
        Arrays.sort(ours);
        double median = ours[ours.length / 2];
        System.out.printf(
                Locale.ROOT,
                "inkling          %8.1f tokens/s (%.1f to %.1f), %.1f bytes allocated a token%n",
                median,
                ours[0],
                ours[ours.length - 1],
                (double) allocated / options.rounds() / options.tokens());
        peers.print(median);
        return median;
    }

    private void limits(double tokensPerSecond) throws InterruptedException {
        long bytes = bytesPerToken();
        double bandwidth = ReadBandwidth.bytesPerSecond(bytes, options.threads());
        System.out.printf(
                Locale.ROOT,
                "%.1f MB of weights a token: %.1f GB/s of %.1f that reading as much gives (%.0f %%)%n",
                bytes / 1e6,
                bytes * tokensPerSecond / 1e9,
                bandwidth / 1e9,
                100 * bytes * tokensPerSecond / bandwidth);
    }

    /// All weights but the embedding, of which one row is read.
    private long bytesPerToken() {
        long bytes = 0;
        for (Parameter parameter : parameters.all()) {
            if (config.tiedHead() || !parameter.name().equals("token_embeddings.weight")) {
                bytes += parameter.isPacked() ? parameter.packed().byteSize() : 4 * parameter.size();
            }
        }
        return bytes;
    }

    /// Reads a prompt, and does nothing but its matrix products, in turn.
    private void prefill() {
        int[] text = new SplittableRandom(3)
                .ints(CONTEXT, 0, config.vocabularySize())
                .toArray();
        Generator.Request one = new Generator.Request(1, Set.of());
        var products = new PromptProducts(kernels, parameters, CONTEXT);
        double whole = Double.POSITIVE_INFINITY;
        double bare = Double.POSITIVE_INFINITY;
        long start = System.nanoTime();
        while (System.nanoTime() - start < 2 * WARM_UP_SECONDS * 1e9) {
            long before = System.nanoTime();
            Generator.End _ = generator.generate(text, one, sampler, _ -> true);
            long between = System.nanoTime();
            products.run();
            whole = Math.min(whole, (between - before) / 1e9);
            bare = Math.min(bare, (System.nanoTime() - between) / 1e9);
        }
        System.out.printf(
                Locale.ROOT,
                "prompt of %d tokens: %.1f ms, %,.0f tokens/s; its matrix products alone: %.1f ms, %.0f GFLOP/s (%.0f"
                        + " %%)%n",
                CONTEXT,
                whole * 1e3,
                CONTEXT / whole,
                bare * 1e3,
                products.flops() / bare / 1e9,
                100 * bare / whole);
    }
}
