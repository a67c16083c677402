package inkling.app.command;

import inkling.app.machine.MatmulOptions;
import inkling.app.terminal.Numbers;
import inkling.app.terminal.ProgressLine;
import inkling.app.terminal.Terminal;
import inkling.core.data.EvaluationWindows;
import inkling.core.data.TokenFile;
import inkling.core.device.Kernels;
import inkling.core.device.cpu.Processor;
import inkling.core.nn.TransformerLm;
import inkling.core.ops.Tape;
import inkling.core.tensor.WeightFormat;
import inkling.core.tensor.Workspace;
import inkling.core.train.Checkpoint;
import inkling.core.train.Evaluation;
import inkling.core.train.RunFolder;
import inkling.core.train.StepMemory;
import inkling.tokenizer.Tokenizer;
import inkling.tokenizer.json.JsonValue;
import inkling.tokenizer.json.JsonWriter;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Says how well a trained model predicts a text.
@Command(
        name = "eval",
        description = {"How well a model predicts a whole text: loss, perplexity, bits per byte."},
        sortOptions = false,
        optionListHeading = "%nOptions:%n",
        footer = {
            "",
            "Examples:",
            "  inkling eval --run runs/first --data other.txt",
            "  inkling eval --run runs/first --weights int8     # what fewer bits cost"
        })
public final class EvalCommand implements Callable<Integer> {
    private static final int TOKENS_AT_ONCE = 4096;

    private final Terminal terminal;

    @Option(names = "--run", paramLabel = "DIR", required = true, description = "The folder of a run.")
    @SuppressWarnings("NullAway.Init")
    private Path run;

    @Option(
            names = "--data",
            paramLabel = "FILE",
            description = "Text or .npy token file (default: the validation documents of the run).")
    private @Nullable Path data;

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
            description = "How weights are kept: float32, bfloat16 or int8 (default ${DEFAULT-VALUE}).")
    private WeightFormat weights = WeightFormat.FLOAT32;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Option(names = "--threads", paramLabel = "N", description = "Threads (default: all processors).")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Mixin
    private MatmulOptions matmul = new MatmulOptions();

    /// The command, printing to a terminal.
    public EvalCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        matmul.requireFor(weights);
        RunFolder folder = RunFolder.open(run);
        Checkpoint checkpoint = checkpoint(folder, which);
        Tokenizer tokenizer = folder.tokenizer();
        Path given = data != null
                ? data
                : folder.config()
                        .validation()
                        .orElseThrow(() -> new IllegalArgumentException(
                                run + " has no validation documents: give a text by --data"));
        if (RunPreparation.Request.isTokens(given)) {
            print(given, evaluate(folder, checkpoint, tokenizer, given));
            return 0;
        }
        Path encoded = Files.createTempFile("inkling", ".npy");
        try {
            EncodeCommand.encode(terminal, tokenizer, given, encoded, threads);
            print(given, evaluate(folder, checkpoint, tokenizer, encoded));
        } finally {
            Files.deleteIfExists(encoded);
        }
        return 0;
    }

    /// The checkpoint that a word means.
    static Checkpoint checkpoint(RunFolder folder, String which) throws IOException {
        return switch (which) {
            case "best" -> folder.bestCheckpoint();
            case "newest" -> folder.newestCheckpoint();
            default -> throw new IllegalArgumentException("--checkpoint is '" + which + "', expected best or newest");
        };
    }

    private Evaluation evaluate(RunFolder folder, Checkpoint checkpoint, Tokenizer tokenizer, Path tokens)
            throws IOException {
        Kernels kernels = matmul.kernels(threads);
        matmul.announce(terminal);
        try (Arena arena = Arena.ofShared();
                TokenFile file = TokenFile.open(tokens, tokenizer.vocabularySize());
                var progress = new ProgressLine(terminal, "evaluating")) {
            TransformerLm model = weights == WeightFormat.FLOAT32
                    ? folder.loadModel(checkpoint, arena)
                    : folder.loadModel(checkpoint, Processor.layout(weights), arena);
            int time = folder.config().training().batch().time();
            int batch = Math.max(1, TOKENS_AT_ONCE / time);
            Tape tape = Tape.inference(
                    kernels, Workspace.allocate(arena, StepMemory.evaluation(model.config(), batch, time)));
            var windows = new EvaluationWindows(file, batch, time, Long.MAX_VALUE);
            return Evaluation.of(
                    model,
                    tape,
                    windows,
                    TokenSizes.of(tokenizer),
                    done -> progress.update(done, windows.total(), "tokens"));
        }
    }

    private void print(Path file, Evaluation result) {
        if (json) {
            terminal.out()
                    .println(JsonWriter.indented(JsonValue.object()
                            .with("file", file.toString())
                            .with("tokens", result.tokens())
                            .with("bytes", result.bytes())
                            .with("loss", result.loss())
                            .with("perplexity", result.perplexity())
                            .with("bits_per_byte", result.bitsPerByte())));
            return;
        }
        terminal.out().println("text            " + file);
        terminal.out()
                .println("tokens          " + Numbers.grouped(result.tokens()) + " (" + Numbers.grouped(result.bytes())
                        + " bytes)");
        terminal.out().println("loss            " + Numbers.fixed(result.loss(), 4) + " nats per token");
        terminal.out().println("perplexity      " + Numbers.fixed(result.perplexity(), 3));
        terminal.out().println("bits per byte   " + Numbers.fixed(result.bitsPerByte(), 4));
    }
}
