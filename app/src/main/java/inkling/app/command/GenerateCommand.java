package inkling.app.command;

import inkling.app.terminal.Numbers;
import inkling.app.terminal.Terminal;
import inkling.core.device.Kernels;
import inkling.core.device.cpu.Processor;
import inkling.core.generate.Generator;
import inkling.core.generate.Sampler;
import inkling.core.generate.SamplingSpec;
import inkling.core.generate.TextGenerator;
import inkling.core.nn.TransformerLm;
import inkling.core.tensor.WeightFormat;
import inkling.core.tensor.WeightLayout;
import inkling.core.train.Checkpoint;
import inkling.core.train.RunFolder;
import inkling.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.random.RandomGeneratorFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Lets a trained model write.
@Command(
        name = "generate",
        description = {
            "Let a model continue a prompt, word by word, until it ends the text itself or the length is reached."
        },
        sortOptions = false,
        optionListHeading = "%nOptions:%n",
        footer = {
            "",
            "Examples:",
            "  inkling generate --run runs/first --prompt 'Once upon a time'",
            "  inkling generate --run runs/first --temperature 0.7 --top-p 0.9 --seed 3",
            "  inkling generate --run runs/first --weights int8     # a quarter of the memory"
        })
public final class GenerateCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(names = "--run", paramLabel = "DIR", required = true, description = "The folder of a run.")
    @SuppressWarnings("NullAway.Init")
    private Path run;

    @Option(
            names = "--prompt",
            paramLabel = "TEXT",
            defaultValue = "",
            description = "How the text begins (default: the beginning of a document).")
    private String prompt = "";

    @Option(
            names = "--max-tokens",
            paramLabel = "N",
            defaultValue = "256",
            description = "How many tokens at most (default ${DEFAULT-VALUE}).")
    private int maxTokens;

    @Option(
            names = "--temperature",
            paramLabel = "T",
            defaultValue = "0.8",
            description = "Below 1 safer, above 1 wilder, 0 always the likeliest token (default ${DEFAULT-VALUE}).")
    private double temperature;

    @Option(
            names = "--top-k",
            paramLabel = "K",
            defaultValue = "0",
            description = "Draw only from the K likeliest tokens (default: all).")
    private int topK;

    @Option(
            names = "--top-p",
            paramLabel = "P",
            defaultValue = "0.95",
            description =
                    "Draw only from the likeliest tokens that together have probability P (default ${DEFAULT-VALUE}).")
    private double topP;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "1",
            description = "Which text (default ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--checkpoint",
            paramLabel = "WHICH",
            defaultValue = "best",
            description = "best or newest (default ${DEFAULT-VALUE}).")
    private String which = "best";

    @Option(
            names = "--weights",
            paramLabel = "FORMAT",
            defaultValue = "float32",
            converter = WeightsConverter.class,
            description = "How weights are kept in memory: float32 as trained, bfloat16 (half the memory, faster) or"
                    + " int8 (a quarter, fastest; 'eval --weights' says what it costs; default"
                    + " ${DEFAULT-VALUE}).")
    private WeightFormat weights = WeightFormat.FLOAT32;

    @Option(names = "--threads", paramLabel = "N", description = "Threads (default: all processors).")
    private int threads = Runtime.getRuntime().availableProcessors();

    /// The command, printing to a terminal.
    public GenerateCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        if (maxTokens < 1) {
            throw new IllegalArgumentException("--max-tokens is " + maxTokens + ", expected at least 1");
        }
        var spec = new SamplingSpec(temperature, topK, topP);
        RunFolder folder = RunFolder.open(run);
        var kernels = Processor.device(threads);
        terminal.out().print(prompt);
        terminal.out().flush();
        long start = System.nanoTime();
        var wish = new Wish(prompt, maxTokens, spec, seed, weights);
        TextGenerator.Result result = write(folder, which, kernels, wish, text -> {
            terminal.out().print(text);
            terminal.out().flush();
        });
        terminal.out().println();
        double seconds = (System.nanoTime() - start) / 1e9;
        String end = result.end() == Generator.End.STOP_TOKEN ? "the model ended the text" : "--max-tokens reached";
        if (terminal.errIsTerminal()) {
            terminal.note("(" + result.tokens() + " tokens in " + Numbers.fixed(seconds, 1) + " s; " + end + ")");
        }
        return 0;
    }

    /// What to write.
    ///
    /// @param prompt how it begins
    /// @param maxTokens how long at most
    /// @param sampling how tokens are drawn
    /// @param seed which text
    /// @param weights how the weights are kept
    record Wish(String prompt, int maxTokens, SamplingSpec sampling, long seed, WeightFormat weights) {}

    /// How weights are laid out for generation, if they are.
    private static Optional<WeightLayout> packed(WeightFormat wanted) {
        return Optional.of(wanted).filter(Processor::packs).map(Processor::layout);
    }

    /// Lets the model of a run write. A document that it begins itself begins with a word, not with an empty line. The
    /// tokenizer is read beside the model: both take a tenth of a second and more before their loops are compiled.
    static TextGenerator.Result write(RunFolder folder, String which, Kernels kernels, Wish wish, Consumer<String> out)
            throws IOException {
        boolean[] begun = {!wish.prompt().isEmpty()};
        Consumer<String> words = text -> {
            String shown = begun[0] ? text : text.stripLeading();
            begun[0] |= !shown.isEmpty();
            out.accept(shown);
        };
        try (Arena arena = Arena.ofShared()) {
            var tokenizer = CompletableFuture.supplyAsync(
                    () -> tokenizer(folder),
                    task -> Thread.ofPlatform()
                            .daemon()
                            .name("inkling-tokenizer")
                            .start(task));
            Checkpoint checkpoint = EvalCommand.checkpoint(folder, which);
            Optional<WeightLayout> packed = packed(wish.weights());
            TransformerLm model = packed.isPresent()
                    ? folder.loadModel(checkpoint, packed.get(), arena)
                    : folder.loadModel(checkpoint, arena);
            try (var generator = new Generator(model, kernels)) {
                var random = RandomGeneratorFactory.of("L64X128MixRandom").create(wish.seed());
                return new TextGenerator(generator, tokenizer.join())
                        .generate(wish.prompt(), wish.maxTokens(), new Sampler(wish.sampling(), random), words);
            }
        }
    }

    private static Tokenizer tokenizer(RunFolder folder) {
        try {
            return folder.tokenizer();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
