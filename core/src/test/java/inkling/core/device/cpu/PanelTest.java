package inkling.core.device.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PanelTest {
    private static final int COLUMNS = 2 * Lanes.COUNT;

    private final Panel panel = new Panel();

    @ParameterizedTest
    @CsvSource({"0,7", "0,0", "3,3", "2,3", "1,6"})
    void clears_these_rows_and_no_others(int from, int end) {
        panel.resize(7, COLUMNS);
        panel.memory.fill((byte) 1);
        panel.clear(from, end);
        for (long at = 0; at < panel.memory.byteSize(); at++) {
            boolean cleared = at >= panel.at(from, 0) && at < panel.at(end, 0);
            assertThat(panel.memory.get(ValueLayout.JAVA_BYTE, at))
                    .as("byte %d", at)
                    .isEqualTo((byte) (cleared ? 0 : 1));
        }
    }

    /// More vectors than one loop over all memory may have rounds.
    @Test
    void clears_a_panel_of_a_very_long_context() {
        int rows = AllMemory.COUNTS / 2 + 5;
        panel.resize(rows, COLUMNS);
        panel.memory.fill((byte) 1);
        panel.clear(0, rows);
        assertThat(panel.memory.get(ValueLayout.JAVA_BYTE, panel.at(rows, 0) - 1))
                .isZero();
        assertThat(panel.memory.get(ValueLayout.JAVA_BYTE, panel.at(rows, 0))).isEqualTo((byte) 1);
    }
}
