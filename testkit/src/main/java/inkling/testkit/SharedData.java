package inkling.testkit;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/// The optional folder of reference data beside the checkout (`../shared`, or the system property
/// `inkling.testdata`).
///
/// Tests that need it are skipped, with one line that says so, where it is absent.
public final class SharedData {
    private SharedData() {}

    /// A file or folder below the shared folder; aborts the calling test where it is absent.
    public static Path path(String relative) {
        Path path = root().resolve(relative);
        Assumptions.assumeTrue(
                Files.exists(path),
                () -> "skipped: reference data " + path + " is absent (set -Dinkling.testdata=DIR)");
        return path;
    }

    /// True where the file or folder is there.
    public static boolean has(String relative) {
        return Files.exists(root().resolve(relative));
    }

    private static Path root() {
        String configured = System.getProperty("inkling.testdata");
        if (configured != null && !configured.isEmpty()) {
            return Path.of(configured);
        }
        return Path.of(System.getProperty("inkling.root", ".."))
                .resolve("../shared")
                .normalize();
    }
}
