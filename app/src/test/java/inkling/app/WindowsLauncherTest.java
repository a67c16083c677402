package inkling.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The launcher for Windows, read and not run: what can be told from its text, and that it does what the other does.
class WindowsLauncherTest {
    private final String windows;
    private final String other;

    WindowsLauncherTest() throws IOException {
        Path root = Path.of(System.getProperty("inkling.root"));
        windows = Files.readString(root.resolve("inkling.cmd"));
        other = Files.readString(root.resolve("inkling"));
    }

    @Test
    void lines_end_as_its_interpreter_needs_them() {
        assertThat(windows.replace("\r\n", "")).doesNotContain("\r", "\n");
        assertThat(windows.chars()).allMatch(c -> c < 128);
    }

    @Test
    void every_label_that_is_called_is_there_once() {
        List<String> labels = groups("^:(\\w+)$");
        assertThat(labels).doesNotHaveDuplicates();
        assertThat(Set.copyOf(groups("(?:goto|call) :(\\w+)"))).isEqualTo(Set.copyOf(labels));
    }

    /// A parenthesis in a path, as in "Program Files (x86)", ends a block; only the list of folders stands in one, in
    /// quotation marks.
    @Test
    void no_block_holds_a_path() {
        assertThat(groups("^(?!rem )(.*)\\($")).containsExactly("for /d %%D in ");
    }

    @Test
    void both_launchers_build_and_start_the_same_way() {
        for (String words : List.of(
                "mvn -B -ntp -Dstyle.color=never -Dmaven.test.skip=true -pl app -am package",
                "--sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED",
                "--enable-native-access=inkling.core -XX:+UseSerialGC -Xms128m -Xmn8m",
                "-XX:Tier3InvocationThreshold=1000 -XX:Tier3CompileThreshold=4000 -XX:Tier4InvocationThreshold=15000",
                "-XX:SharedArchiveFile=",
                "\"-Xlog:cds*=off,aot*=off\"",
                "-m inkling.app/inkling.app.Main",
                "the build failed; the messages above say why.",
                "Install Maven 3.8 or newer")) {
            assertThat(windows).contains(words);
            assertThat(other).contains(words);
        }
        for (String source : List.of("'tokenizer', 'core', 'app'", "'src\\main'", "'docs\\handbook'", "'pom.xml'")) {
            assertThat(windows).contains(source);
        }
    }

    private List<String> groups(String pattern) {
        return Pattern.compile(pattern, Pattern.MULTILINE)
                .matcher(windows.replace("\r\n", "\n"))
                .results()
                .map(match -> match.group(1))
                .toList();
    }
}
