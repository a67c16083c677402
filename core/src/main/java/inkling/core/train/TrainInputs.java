package inkling.core.train;

import inkling.core.data.TokenFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// What a trainer holds open while it works: the lock of its run folder, the tokens to learn from and those to measure
/// by. Opened together and closed together.
record TrainInputs(RunLock lock, TokenFile data, Optional<TokenFile> validation) implements AutoCloseable {
    /// Opens what the configuration of a run names.
    ///
    /// @param ids how many ids the tokenizer has; a file with a greater one is refused
    /// @throws IOException if the run is being trained already, or a file cannot be used
    static TrainInputs open(RunFolder folder, int ids) throws IOException {
        RunLock lock = RunLock.take(folder.path());
        try {
            return open(lock, folder.config(), ids);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static TrainInputs open(RunLock lock, RunConfig config, int ids) throws IOException {
        TokenFile data = TokenFile.open(config.data(), ids);
        try {
            Optional<Path> path = config.validation();
            return new TrainInputs(
                    lock, data, path.isPresent() ? Optional.of(TokenFile.open(path.get(), ids)) : Optional.empty());
        } catch (IOException | RuntimeException e) {
            data.close();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        data.close();
        validation.ifPresent(TokenFile::close);
        lock.close();
    }
}
