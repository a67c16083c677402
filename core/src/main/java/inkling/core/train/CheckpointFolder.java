package inkling.core.train;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The checkpoints of a run, oldest first by name. The newest few are kept, and the one with the lowest validation
/// loss.
final class CheckpointFolder {
    private static final Pattern NAME = Pattern.compile("step-(\\d{1,18})");
    private static final String UNFINISHED = ".partial";

    private final Path folder;

    CheckpointFolder(Path folder) {
        this.folder = folder;
    }

    /// Writes what `writing` writes as the checkpoint of a step, and moves it into place; removes what is not kept.
    Path save(long step, int keep, Writing writing) throws IOException {
        String name = String.format(Locale.ROOT, "step-%08d", step);
        Path target = folder.resolve(name);
        Path partial = folder.resolve(name + UNFINISHED);
        delete(partial);
        try {
            writing.write(partial);
            setAside(target);
            Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | RuntimeException e) {
            delete(partial);
            throw e;
        }
        prune(keep);
        return target;
    }

    /// The newest checkpoint; empty where there is none.
    ///
    /// @throws IOException if it is damaged; the message names the newest older one that is whole
    Optional<Checkpoint> newest() throws IOException {
        List<Path> folders = folders();
        return folders.isEmpty() ? Optional.empty() : Optional.of(whole(folders, folders.getLast(), false));
    }

    /// The checkpoint with the lowest validation loss, or the newest where none has one; only its weights are looked
    /// at, since it is used and not trained further.
    Optional<Checkpoint> best() throws IOException {
        List<Path> folders = folders();
        if (folders.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(whole(folders, bestOf(folders).orElse(folders.getLast()), true));
    }

    /// Removes what an interrupted program has left unfinished.
    void clean() throws IOException {
        if (Files.isDirectory(folder)) {
            for (Path path : children()) {
                if (path.toString().endsWith(UNFINISHED)) {
                    delete(path);
                }
            }
        }
    }

    private Checkpoint whole(List<Path> folders, Path wanted, boolean weightsOnly) throws IOException {
        try {
            return verified(wanted, weightsOnly);
        } catch (IOException e) {
            for (Path other : folders.reversed()) {
                if (!other.equals(wanted) && isWhole(other, weightsOnly)) {
                    throw new IOException(
                            e.getMessage() + "; " + other + " is whole: remove " + wanted + " to go on from there", e);
                }
            }
            throw new IOException(e.getMessage() + "; no other checkpoint of this run is whole", e);
        }
    }

    private static Checkpoint verified(Path path, boolean weightsOnly) throws IOException {
        Checkpoint checkpoint = Checkpoint.open(path);
        if (weightsOnly) {
            checkpoint.verifyWeights();
        } else {
            checkpoint.verify();
        }
        return checkpoint;
    }

    private static boolean isWhole(Path path, boolean weightsOnly) {
        try {
            return verified(path, weightsOnly).facts().step() >= 0;
        } catch (IOException e) {
            return false; // the answer, not an error: the caller looks for one that can be read
        }
    }

    private void prune(int keep) throws IOException {
        List<Path> folders = folders();
        Optional<Path> best = bestOf(folders);
        for (Path old : folders.subList(0, Math.max(0, folders.size() - keep))) {
            if (best.isEmpty() || !best.get().equals(old)) {
                setAside(old);
            }
        }
    }

    private static Optional<Path> bestOf(List<Path> folders) {
        Optional<Path> best = Optional.empty();
        double lowest = Double.POSITIVE_INFINITY;
        for (Path path : folders) {
            OptionalDouble loss = validationLoss(path);
            if (loss.isPresent() && loss.getAsDouble() <= lowest) {
                lowest = loss.getAsDouble();
                best = Optional.of(path);
            }
        }
        return best;
    }

    private static OptionalDouble validationLoss(Path path) {
        try {
            return Checkpoint.open(path).facts().validationLoss();
        } catch (IOException e) {
            return OptionalDouble.empty(); // a damaged checkpoint is reported when it is used
        }
    }

    /// Renames first, so that a checkpoint is there as a whole or not at all.
    private void setAside(Path path) throws IOException {
        if (Files.exists(path)) {
            Path aside = path.resolveSibling(path.getFileName() + ".old" + UNFINISHED);
            delete(aside);
            Files.move(path, aside, StandardCopyOption.ATOMIC_MOVE);
            delete(aside);
        }
    }

    private List<Path> folders() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<Path> found = new ArrayList<>();
        for (Path path : children()) {
            if (NAME.matcher(path.getFileName().toString()).matches()) {
                found.add(path);
            }
        }
        found.sort(Comparator.comparingLong(CheckpointFolder::step));
        return found;
    }

    private static long step(Path path) {
        return Long.parseLong(path.getFileName().toString().substring("step-".length()));
    }

    private List<Path> children() throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            return children.toList();
        }
    }

    private static void delete(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        Files.walkFileTree(path, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, java.io.IOException failure) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /// Writes a checkpoint into a folder.
    @FunctionalInterface
    interface Writing {
        void write(Path folder) throws IOException;
    }
}
