package inkling.app.command;

import inkling.app.terminal.Numbers;
import inkling.app.terminal.ProgressLine;
import inkling.app.terminal.Terminal;
import inkling.core.data.DocumentSplit;
import inkling.core.data.TokenFile;
import inkling.core.generate.TextGenerator;
import inkling.core.train.RunConfig;
import inkling.core.train.RunFolder;
import inkling.core.train.TrainConfig;
import inkling.tokenizer.Tokenizer;
import inkling.tokenizer.TrainerOptions;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Makes the folder of a run from what the user has: text or tokens, with or without a tokenizer.
///
/// Everything is made in a folder beside the run's and moved into place when it is complete.
final class RunPreparation implements AutoCloseable {
    private static final String TRAINING = "tokens/train.npy";
    private static final String VALIDATION = "tokens/valid.npy";

    private final Terminal terminal;
    private final Request request;
    private final Path folder;
    private final Tokenizer tokenizer;

    /// What is to be trained on.
    ///
    /// @param data text or token file
    /// @param validation another one, instead of documents of `data`
    /// @param tokenizer the tokenizer; without one it is trained on the text
    /// @param vocabularySize size of a tokenizer that is trained
    /// @param heldOut one document of so many is kept for validation
    /// @param run the folder to make
    /// @param threads threads for tokenizer and encoding
    record Request(
            Path data,
            Optional<Path> validation,
            Optional<Path> tokenizer,
            int vocabularySize,
            int heldOut,
            Path run,
            int threads) {
        boolean isTokens() {
            return isTokens(data);
        }

        static boolean isTokens(Path file) {
            return file.toString().endsWith(".npy");
        }
    }

    private RunPreparation(Terminal terminal, Request request, Path folder, Tokenizer tokenizer) {
        this.terminal = terminal;
        this.request = request;
        this.folder = folder;
        this.tokenizer = tokenizer;
    }

    /// Checks the request and makes or loads the tokenizer.
    static RunPreparation begin(Terminal terminal, Request request) throws IOException {
        Path run = request.run().toAbsolutePath().normalize();
        if (Files.exists(run.resolve("config.json"))) {
            throw new IOException(request.run() + ": there is a run in this folder already; go on with it by --resume "
                    + request.run() + ", or choose another folder");
        }
        if (Files.exists(run) && !isEmptyFolder(run)) {
            throw new IOException(request.run() + ": expected a new or empty folder for the run");
        }
        requireFile(request.data());
        if (request.validation().isPresent()) {
            requireFile(request.validation().get());
        }
        if (request.isTokens() && request.tokenizer().isEmpty()) {
            throw new IllegalArgumentException(
                    request.data() + " holds tokens: give the tokenizer they were made with, by --tokenizer");
        }
        Path folder = run.resolveSibling(run.getFileName() + ".preparing");
        FileTree.delete(folder);
        Files.createDirectories(folder.resolve("tokens"));
        try {
            return new RunPreparation(terminal, request, folder, tokenizer(terminal, request, folder));
        } catch (IOException | RuntimeException e) {
            FileTree.delete(folder);
            throw e;
        }
    }

    private static Tokenizer tokenizer(Terminal terminal, Request request, Path folder) throws IOException {
        if (request.tokenizer().isPresent()) {
            return Tokenizer.load(request.tokenizer().get());
        }
        TrainerOptions options = TrainerOptions.of(request.vocabularySize()).withThreads(request.threads());
        return TokenizerTrainCommand.train(terminal, List.of(request.data()), folder.resolve("tokenizer.json"), options)
                .tokenizer();
    }

    /// The tokenizer of the run.
    Tokenizer tokenizer() {
        return tokenizer;
    }

    /// Encodes the data and keeps some documents for validation.
    void encode() throws IOException {
        Path training = folder.resolve(TRAINING);
        Path validation = folder.resolve(VALIDATION);
        if (request.validation().isPresent()) {
            place(request.data(), training);
            place(request.validation().get(), validation);
            return;
        }
        Path all = request.data();
        if (!request.isTokens()) {
            all = folder.resolve("tokens/all.npy");
            EncodeCommand.encode(terminal, tokenizer, request.data(), all, request.threads());
        }
        try (TokenFile tokens = TokenFile.open(all, tokenizer.vocabularySize());
                var progress = new ProgressLine(terminal, "dividing documents")) {
            var source = new DocumentSplit.Source(tokens, tokenizer.vocabularySize());
            DocumentSplit.Result result = DocumentSplit.split(
                    source,
                    tokenizer.specialId(TextGenerator.END_OF_TEXT),
                    request.heldOut(),
                    training,
                    validation,
                    done -> progress.update(done, tokens.length(), "tokens"));
            progress.keep(describe(result));
        }
        Files.deleteIfExists(folder.resolve("tokens/all.npy"));
    }

    private String describe(DocumentSplit.Result result) {
        String kept = result.documents() < request.heldOut()
                ? "the last part of the text"
                : "1 document in " + request.heldOut();
        return "training on " + Numbers.grouped(result.trainingTokens()) + " tokens, validating on "
                + Numbers.grouped(result.validationTokens()) + " (" + kept + ")";
    }

    private void place(Path given, Path target) throws IOException {
        if (Request.isTokens(given)) {
            TokenFile.open(given, tokenizer.vocabularySize()).close();
            Files.copy(given, target);
        } else {
            EncodeCommand.encode(terminal, tokenizer, given, target, request.threads());
        }
    }

    /// A run in this folder that is thrown away, to measure with.
    RunFolder trial(TrainConfig config) throws IOException {
        Path trial = folder.resolve("trial");
        return RunFolder.create(trial, new RunConfig(config, folder.resolve(TRAINING), Optional.empty()));
    }

    /// Writes the configuration and moves everything to where the run shall be.
    RunFolder finish(TrainConfig config) throws IOException {
        FileTree.delete(folder.resolve("trial"));
        tokenizer.save(folder.resolve("tokenizer.json"));
        RunFolder.create(folder, new RunConfig(config, Path.of(TRAINING), Optional.of(Path.of(VALIDATION))));
        Files.deleteIfExists(request.run());
        Files.move(folder, request.run());
        return RunFolder.open(request.run());
    }

    /// Makes another run on the data and tokenizer of one that exists; its tokens take no space a second time where
    /// the file system knows links.
    static RunFolder like(RunFolder other, TrainConfig config, Path run) throws IOException {
        Path folder = run.resolveSibling(run.getFileName() + ".preparing");
        FileTree.delete(folder);
        try {
            Files.createDirectories(folder.resolve("tokens"));
            for (String file : List.of(TRAINING, VALIDATION, "tokenizer.json")) {
                link(other.path().resolve(file), folder.resolve(file));
            }
            RunFolder.create(folder, new RunConfig(config, Path.of(TRAINING), Optional.of(Path.of(VALIDATION))));
            Files.move(folder, run);
        } finally {
            FileTree.delete(folder);
        }
        return RunFolder.open(run);
    }

    private static void link(Path file, Path target) throws IOException {
        try {
            Files.createLink(target, file);
        } catch (UnsupportedOperationException | FileSystemException e) {
            Files.copy(file, target);
        }
    }

    /// Removes what was not moved into place.
    @Override
    public void close() throws IOException {
        FileTree.delete(folder);
    }

    private static void requireFile(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new IOException(file + ": expected a text or .npy token file, found no such file");
        }
        if (Files.isDirectory(file)) {
            throw new IOException(file + ": expected a text or .npy token file, found a folder");
        }
        if (Files.size(file) == 0) {
            throw new IOException(file + ": expected a text or .npy token file, found an empty one");
        }
    }

    private static boolean isEmptyFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.findAny().isEmpty();
        }
    }
}
