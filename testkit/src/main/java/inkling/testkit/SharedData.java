package inkling.testkit;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/// The optional folder of reference data beside the checkout (`../shared`, or the system property
/// `inkling.testdata`).
///
/// Tests that need it are skipped where it is absent; one line in the output of the module's tests says so.
public final class SharedData {
    private SharedData() {}

    /// A file or folder below the shared folder; aborts the calling test where it is absent.
    public static Path path(String relative) {
        Assumptions.assumeTrue(Files.exists(root()), () -> Absent.REASON);
        Path path = root().resolve(relative);
        Assumptions.assumeTrue(Files.exists(path), () -> "skipped: reference data " + path + " is absent");
        return path;
    }

    /// True where the file or folder is there.
    public static boolean has(String relative) {
        return Files.exists(root().resolve(relative));
    }

    /// Printed when it is first needed, and not again: the build itself only counts what is skipped.
    private static final class Absent {
        static final String REASON = printed("skipped: the tests that need reference data, because " + root()
                + " is absent (-Dinkling.testdata=DIR names another folder)");

        private static String printed(String line) {
            System.out.println(line);
            return line;
        }
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
