package inkling.app.machine;

import static org.assertj.core.api.Assertions.assertThat;

import inkling.app.terminal.Terminal;
import inkling.core.accounting.Machine;
import inkling.core.accounting.Machine.Rate;
import inkling.core.accounting.ProcessorUse;
import inkling.core.accounting.Work;
import inkling.core.nn.ModelConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is remembered of a machine, and when. Figures come from a meter that gives every measurement another number.
class MachineProfileTest {
    private static final List<Work> WORK = Work.of(ModelConfig.standard(2_048, 128, 64, 2, 2, 192), 1, 128);

    @TempDir
    private Path folder = Path.of("");

    private final ByteArrayOutputStream notes = new ByteArrayOutputStream();
    private int measurements;
    private int othersPercent;

    private final MachineProfile.Meter meter = new MachineProfile.Meter() {
        @Override
        public Machine base() {
            measurements++;
            return new Machine(Machine.currentKey(), 2, 256, measurements, 2 * measurements, 1, List.of());
        }

        @Override
        public Machine rates(Machine machine, List<Work> work) {
            measurements++;
            return machine.with(work.stream()
                    .map(one -> new Rate(one.shape(), measurements, measurements))
                    .distinct()
                    .toList());
        }
    };

    private MachineProfile profile(Path file) {
        PrintStream stream = new PrintStream(notes, true, StandardCharsets.UTF_8);
        return new MachineProfile(Terminal.captured(stream, stream), file, meter, this::use);
    }

    /// Processors of which others use some percent while something is measured.
    private ProcessorUse use() {
        Path stat = folder.resolve("stat");
        write(stat, 0, 0);
        return new ProcessorUse(stat, () -> {
            write(stat, othersPercent, 100 - othersPercent); // what is read next
            return Duration.ZERO;
        });
    }

    private static void write(Path stat, int busy, int idle) {
        try {
            Files.writeString(stat, "cpu  " + busy + " 0 0 " + idle + " 0 0 0 0 0 0\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String notes() {
        return notes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void figures_are_measured_once_and_anew_on_request() throws IOException {
        Path file = folder.resolve("machine.json");
        Machine first = profile(file).measured(WORK);
        assertThat(notes()).contains("measuring this machine, once", file.toString());
        assertThat(profile(file).measured(WORK)).isEqualTo(first);
        assertThat(measurements).isEqualTo(2);
        assertThat(Machine.read(file)).contains(first);
        Machine again = profile(file).again(WORK);
        assertThat(again).isNotEqualTo(first);
        assertThat(Machine.read(file)).contains(again);
    }

    @Test
    void figures_measured_while_others_had_the_processors_hold_for_this_process_only() throws IOException {
        Path file = folder.resolve("machine.json");
        othersPercent = 60;
        Machine machine = profile(file).measured(WORK);
        assertThat(notes()).contains("other programs used 60 % of the processors", "not remembered");
        assertThat(file).doesNotExist();
        assertThat(profile(file).measured(WORK)).isEqualTo(machine);
        othersPercent = 0;
        Machine again = profile(file).again(WORK);
        assertThat(Machine.read(file)).contains(again);
    }

    @Test
    void nothing_is_remembered_that_adds_to_disturbed_figures() {
        Path file = folder.resolve("machine.json");
        othersPercent = 60;
        assertThat(profile(file).machine().rates()).isEmpty();
        othersPercent = 0;
        assertThat(profile(file).measured(WORK).rates()).isNotEmpty();
        assertThat(file).doesNotExist();
    }

    @Test
    void figures_that_a_run_has_beaten_are_forgotten() {
        Path file = folder.resolve("machine.json");
        Machine beaten = profile(file).measured(WORK);
        assertThat(file).exists();
        profile(file).forget();
        assertThat(file).doesNotExist();
        assertThat(notes()).contains("measures them anew");
        assertThat(profile(file).measured(WORK)).isNotEqualTo(beaten);
    }

    @Test
    void a_broken_file_is_named_and_measured_over() throws IOException {
        Path file = folder.resolve("machine.json");
        Files.writeString(file, "{\"key\": ");
        Machine machine = profile(file).machine();
        assertThat(notes()).contains(file.toString(), "the machine is measured anew");
        assertThat(Machine.read(file)).contains(machine);
    }

    @Test
    void a_folder_that_cannot_be_written_is_no_reason_to_stop_or_to_measure_twice() throws IOException {
        Path wall = Files.writeString(folder.resolve("wall"), "a file, not a folder");
        Machine machine = profile(wall.resolve("machine.json")).machine();
        assertThat(notes()).contains("cannot be remembered");
        assertThat(profile(wall.resolve("machine.json")).machine()).isEqualTo(machine);
        assertThat(measurements).isEqualTo(1);
    }
}
