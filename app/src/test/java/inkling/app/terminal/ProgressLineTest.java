package inkling.app.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// One line that is rewritten on a terminal, quiet lines elsewhere; both with rate and time left.
class ProgressLineTest {
    private static final long SECOND = 1_000_000_000;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream stream = new PrintStream(printed, true, StandardCharsets.UTF_8);
    private long now;

    @Test
    void a_terminal_has_one_line_that_is_rewritten_and_then_removed() {
        try (var progress = new ProgressLine(Terminal.interactive(stream, stream, 80), "counting", () -> now)) {
            now += SECOND / 20;
            progress.update(1, 1000, "stories");
            assertThat(printed.toString(StandardCharsets.UTF_8))
                    .as("nothing before a tenth of a second")
                    .isEmpty();
            now = 2 * SECOND;
            progress.update(400, 1000, "stories");
            now = 3 * SECOND;
            progress.update(600_000, 1_000_000, "bytes");
            progress.keep("done");
        }
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .isEqualTo("\rcounting  400 of 1,000 stories  40 %  200/s  0:03 left\u001b[K"
                        + "\rcounting  600 kB of 1.00 MB  60 %  200 kB/s  0:02 left\u001b[K"
                        + "\r\u001b[K" + "done" + System.lineSeparator());
    }

    @Test
    void a_narrow_terminal_keeps_the_line_on_one_row() {
        try (var progress = new ProgressLine(Terminal.interactive(stream, stream, 30), "counting", () -> now)) {
            now = 2 * SECOND;
            progress.update(400, 1000, "stories");
        }
        assertThat(printed.toString(StandardCharsets.UTF_8)).isEqualTo("\rcounting  40 %  0:03 left\u001b[K\r\u001b[K");
    }

    @Test
    void elsewhere_there_is_a_plain_line_every_twenty_seconds() {
        try (var progress = new ProgressLine(Terminal.captured(stream, stream), "counting", () -> now)) {
            for (now = 0; now < 50 * SECOND; now += SECOND) {
                progress.update(now / SECOND, 100, "stories");
            }
        }
        assertThat(printed.toString(StandardCharsets.UTF_8).lines())
                .containsExactly(
                        "counting  20 of 100 stories  20 %  1/s  1:20 left",
                        "counting  40 of 100 stories  40 %  1/s  1:00 left");
    }

    @Test
    void old_consoles_of_windows_get_no_escapes() {
        assertThat(Terminal.understandsEscapes(Map.of("OS", "Windows_NT"))).isFalse();
        assertThat(Terminal.understandsEscapes(Map.of("OS", "Windows_NT", "WT_SESSION", "1")))
                .isTrue();
        assertThat(Terminal.understandsEscapes(Map.of("TERM", "xterm"))).isTrue();
    }
}
