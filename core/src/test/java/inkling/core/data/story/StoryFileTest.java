package inkling.core.data.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The corpus file has the format every text of the project has, and is never there half-written.
class StoryFileTest {
    @TempDir
    private Path folder;

    @Test
    void every_story_is_followed_by_a_line_that_holds_only_the_separator() throws IOException {
        Path file = folder.resolve("stories.txt");
        StoryFile.write(file, 3, new StoryWorld(5), _ -> {});
        var world = new StoryWorld(5);
        var expected = new StringBuilder();
        for (int i = 0; i < 3; i++) {
            expected.append(world.story(i)).append("\n<|endoftext|>\n");
        }
        assertThat(file).hasContent(expected.toString());
        assertThat(Files.size(file)).isEqualTo(expected.length());
    }

    @Test
    void the_file_does_not_depend_on_the_number_of_threads() throws IOException {
        Path one = folder.resolve("one.txt");
        Path four = folder.resolve("four.txt");
        List<Long> progress = new ArrayList<>();
        StoryFile.write(one, 3500, new StoryWorld(8), progress::add, 1);
        StoryFile.write(four, 3500, new StoryWorld(8), _ -> {}, 4);
        assertThat(one).hasSameBinaryContentAs(four);
        assertThat(progress).containsExactly(1000L, 2000L, 3000L, 3500L);
    }

    @Test
    void a_write_that_fails_leaves_the_old_file_and_nothing_else() throws IOException {
        Path file = Files.writeString(folder.resolve("stories.txt"), "the old file");
        assertThatThrownBy(() -> StoryFile.write(file, 5000, new StoryWorld(1), written -> {
                    if (written >= 2000) {
                        throw new IllegalStateException("stopped by the test");
                    }
                }))
                .hasMessage("stopped by the test");
        assertThat(file).hasContent("the old file");
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).containsExactly(file);
        }
        StoryFile.write(file, 10, new StoryWorld(1), _ -> {});
        assertThat(Files.readString(file)).startsWith(new StoryWorld(1).story(0));
    }

    @Test
    void an_interrupted_write_leaves_nothing() {
        Path file = folder.resolve("stories.txt");
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> StoryFile.write(file, 5000, new StoryWorld(1), _ -> {}))
                .isInstanceOf(IOException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void bad_arguments_are_named() {
        assertThatThrownBy(() -> StoryFile.write(folder.resolve("a.txt"), 0, new StoryWorld(1), _ -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("documents is 0");
    }
}
