package inkling.checks;

import static org.assertj.core.api.Assertions.assertThat;

import com.palantir.javaformat.java.FormatterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Every Java file is formatted with palantir-java-format; `./format` rewrites those that are not.
class FormatTest {
    private final SourceFormat format = new SourceFormat();

    @Test
    void every_java_file_is_formatted() throws IOException {
        boolean fix = Boolean.getBoolean("format.fix");
        List<Path> unformatted = new ArrayList<>();
        for (Path file : Sources.files(".java")) {
            String source = Sources.read(file);
            String formatted = format(file, source);
            if (!formatted.equals(source)) {
                unformatted.add(Sources.root().relativize(file));
                if (fix) {
                    Files.writeString(file, formatted);
                }
            }
        }
        if (!fix) {
            assertThat(unformatted).as("files to format: run ./format").isEmpty();
        }
    }

    private String format(Path file, String source) {
        try {
            return format.format(source);
        } catch (FormatterException e) {
            throw new IllegalStateException(file + ": " + e.getMessage(), e);
        }
    }
}
