package inkling.core.train;

import inkling.core.nn.TransformerLm;
import inkling.core.tensor.Parameters;
import inkling.core.tensor.WeightLayout;
import inkling.tokenizer.Tokenizer;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Everything that is needed to understand, resume or use a run:
///
/// ```
/// config.json       model, batch, schedule, seed and where the data lies
/// tokenizer.json    the tokenizer the data was encoded with
/// metrics.jsonl     one line for every step
/// checkpoints/      the newest states, and the best
/// run.lock          held by the program that trains
/// ```
public final class RunFolder {
    private final Path path;
    private final RunConfig config;

    private RunFolder(Path path, RunConfig config) {
        this.path = path;
        this.config = config;
    }

    /// Starts a run in a new folder.
    ///
    /// @throws IOException if there is a run already, or the folder cannot be written
    public static RunFolder create(Path path, RunConfig config) throws IOException {
        if (Files.exists(path.resolve("config.json"))) {
            throw new IOException(path + ": there is a run in this folder already; resume it or choose another folder");
        }
        Files.createDirectories(path);
        config.write(path.resolve("config.json"));
        return open(path);
    }

    /// Opens the folder of a run.
    public static RunFolder open(Path path) throws IOException {
        if (!Files.exists(path.resolve("config.json"))) {
            throw new IOException(path + ": expected the folder of a run, found no config.json in it");
        }
        return new RunFolder(path, RunConfig.read(path.resolve("config.json")));
    }

    /// Where it lies.
    public Path path() {
        return path;
    }

    /// The configuration.
    public RunConfig config() {
        return config;
    }

    /// The tokenizer, which must have as many tokens as the model.
    public Tokenizer tokenizer() throws IOException {
        Path file = path.resolve("tokenizer.json");
        Tokenizer tokenizer = Tokenizer.load(file);
        int expected = config.training().model().vocabularySize();
        if (tokenizer.vocabularySize() != expected) {
            throw new IOException(file + ": expected the tokenizer of the model, of " + expected
                    + " tokens, found one of " + tokenizer.vocabularySize());
        }
        return tokenizer;
    }

    /// Where the metrics lie.
    public Path metricsFile() {
        return path.resolve("metrics.jsonl");
    }

    /// The newest checkpoint.
    ///
    /// @throws IOException if there is none, or it is damaged
    public Checkpoint newestCheckpoint() throws IOException {
        return checkpoints().newest().orElseThrow(this::noCheckpoint);
    }

    /// The checkpoint with the lowest validation loss, or the newest where none was evaluated.
    ///
    /// @throws IOException if there is none, or it is damaged
    public Checkpoint bestCheckpoint() throws IOException {
        return checkpoints().best().orElseThrow(this::noCheckpoint);
    }

    /// The model with the weights of a checkpoint, which live as long as the arena.
    public TransformerLm loadModel(Checkpoint checkpoint, Arena arena) throws IOException {
        var declarations = new Parameters.Declarations();
        TransformerLm model = TransformerLm.declare(config.training().model(), declarations);
        checkpoint.loadWeights(declarations.allocateValues(arena).stateDict());
        return model;
    }

    /// The model with the weights of a checkpoint, laid out for generation, which live as long as the arena: it can be
    /// used, not trained.
    public TransformerLm loadModel(Checkpoint checkpoint, WeightLayout layout, Arena arena) throws IOException {
        var declarations = new Parameters.Declarations();
        TransformerLm model = TransformerLm.declare(config.training().model(), declarations);
        checkpoint.loadPacked(declarations.virtual(), layout, arena);
        return model;
    }

    Optional<Checkpoint> findCheckpoint() throws IOException {
        return checkpoints().newest();
    }

    CheckpointFolder checkpoints() {
        return new CheckpointFolder(path.resolve("checkpoints"));
    }

    private IOException noCheckpoint() {
        return new IOException(path + ": this run has no checkpoint yet");
    }
}
