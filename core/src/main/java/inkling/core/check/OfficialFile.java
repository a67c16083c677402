package inkling.core.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A file of the official tests that may not be shipped; it is known by its content, wherever it was put.
///
/// @param name its official path, for messages
/// @param bytes its size
/// @param sha256 its fingerprint
record OfficialFile(String name, long bytes, String sha256) {
    /// Weights of the course's small model.
    static final OfficialFile MODEL = new OfficialFile(
            "ts_tests/model.pt", 5_623_416, "d58fbec54e850eed891a0ed21f2a1d16ba5ad1ef849bd999a99d413259824b03");

    /// The first 5 MiB of the course's stories.
    static final OfficialFile STORIES = new OfficialFile(
            "tinystories_sample_5M.txt", 5_242_880, "7cc2577b9e1f9ed703b13ca651103bf421c91912fcbcb2d024213858e0981d87");

    private static final int DEPTH = 5;

    /// The file, anywhere in a folder.
    Optional<Path> find(Path folder) throws IOException {
        for (Path candidate : candidates(folder)) {
            if (Sha256.of(candidate).equals(sha256)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    /// Why it was not found, in a few words.
    String reason(Path folder) throws IOException {
        Path expected = folder.resolve(name);
        return Files.exists(expected)
                ? name + " is another file than the official one (" + bytes + " bytes, SHA-256 "
                        + sha256.substring(0, 8) + "…)"
                : "no " + name;
    }

    private List<Path> candidates(Path folder) throws IOException {
        try (Stream<Path> all = Files.find(
                folder, DEPTH, (_, attributes) -> attributes.isRegularFile() && attributes.size() == bytes)) {
            return all.sorted().toList();
        }
    }
}
