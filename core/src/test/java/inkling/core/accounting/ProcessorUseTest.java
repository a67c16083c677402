package inkling.core.accounting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Other programs' share of the processors.
class ProcessorUseTest {
    @TempDir
    private Path folder = Path.of("");

    private Duration own = Duration.ZERO;

    @Test
    void what_is_neither_idle_nor_ours_is_used_by_others() throws IOException {
        Path stat = folder.resolve("stat");
        Files.writeString(stat, "cpu  1000 0 200 5000 10 0 5 0 0 0\ncpu0 1 2 3 4\n");
        var use = new ProcessorUse(stat, () -> own);
        assertThat(use.byOthers()).isEmpty();
        Files.writeString(stat, "cpu  1100 0 220 5060 10 0 5 20 0 0\ncpu0 1 2 3 4\n");
        own = Duration.ofMillis(900);
        assertThat(use.byOthers().orElseThrow()).isCloseTo((140 - 90) / 200.0, within(1e-12));
        own = Duration.ofSeconds(9);
        assertThat(use.byOthers()).hasValue(0);
    }

    @Test
    void where_the_system_says_nothing_nothing_is_known() throws IOException {
        assertThat(new ProcessorUse(folder.resolve("absent"), () -> own).byOthers())
                .isEmpty();
        Path stat = Files.writeString(folder.resolve("stat"), "intr 5\n");
        assertThat(new ProcessorUse(stat, () -> own).byOthers()).isEmpty();
    }
}
