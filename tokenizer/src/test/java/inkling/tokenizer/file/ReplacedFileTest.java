package inkling.tokenizer.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReplacedFileTest {

    @TempDir
    Path folder;

    @Test
    void the_target_changes_only_on_commit() throws IOException {
        Path target = folder.resolve("value.txt");
        Files.writeString(target, "old");
        try (ReplacedFile file = ReplacedFile.create(target)) {
            file.stream().write('n');
            assertThat(target).hasContent("old");
            file.commit();
        }
        assertThat(target).hasContent("n");
        assertThat(folder).isDirectoryNotContaining("glob:**.partial");
    }

    @Test
    void closing_without_commit_leaves_nothing_behind() throws IOException {
        Path target = folder.resolve("sub/value.txt");
        try (ReplacedFile file = ReplacedFile.create(target)) {
            file.stream().write(new byte[1 << 20]);
        }
        assertThat(folder.resolve("sub")).isEmptyDirectory();
    }

    @Test
    void folders_in_the_way_are_named() throws IOException {
        assertThatThrownBy(() -> ReplacedFile.create(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("found a folder");
        Path file = Files.writeString(folder.resolve("plain"), "x");
        assertThatThrownBy(() -> ReplacedFile.create(file.resolve("inside")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("expected a folder");
    }
}
