package inkling.app.machine;

import static org.assertj.core.api.Assertions.assertThat;

import inkling.app.CommandFrame;
import inkling.app.terminal.Terminal;
import inkling.core.accounting.Machine;
import inkling.core.accounting.ProcessorUse;
import inkling.core.accounting.Work;
import inkling.core.nn.ModelConfig;
import inkling.tokenizer.json.JsonPlace;
import inkling.tokenizer.json.JsonReader;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `inkling machine`, and the file that remembers what it found.
class MachineCommandTest {
    private static final ModelConfig TINY = ModelConfig.standard(2_048, 128, 64, 2, 2, 192);

    @TempDir
    private Path folder = Path.of("");

    private final ByteArrayOutputStream notes = new ByteArrayOutputStream();

    private String run(int status, String... args) {
        var out = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        assertThat(new CommandFrame(Terminal.captured(stream, stream)).run(args))
                .isEqualTo(status);
        return out.toString(StandardCharsets.UTF_8);
    }

    private MachineProfile profile(Path file) {
        PrintStream stream = new PrintStream(notes, true, StandardCharsets.UTF_8);
        return new MachineProfile(Terminal.captured(stream, stream), file, () -> use(0));
    }

    /// Processors of which others use so many percent while something is measured.
    private ProcessorUse use(int percent) {
        Path stat = folder.resolve("stat");
        write(stat, 0, 0);
        return new ProcessorUse(stat, () -> {
            write(stat, percent, 100 - percent); // what is read next
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

    /// The peak was once taken from code not yet compiled, thirty times too low. Other work on the machine can make two
    /// speeds measured at different moments differ by a small factor, which says nothing about the program.
    @Test
    void no_product_is_far_above_the_peak() throws IOException {
        String printed = run(0, "machine", "--preset", "demo", "--json");
        JsonPlace json = JsonReader.read("printed", printed.substring(printed.indexOf('{')));
        double peak = json.member("peak_all").number();
        assertThat(peak).isGreaterThanOrEqualTo(json.member("peak_per_core").number());
        assertThat(json.member("rates").items()).isNotEmpty();
        for (JsonPlace rate : json.member("rates").items()) {
            assertThat(rate.member("forward").number())
                    .as(rate.member("shape").text())
                    .isLessThan(4 * peak);
        }
        assertThat(run(0, "machine", "--preset", "demo"))
                .contains("SIMD width", "FP32 peak, one core", "memory, copy", "of peak", "output head", "attention")
                .contains("--measure measures anew");
    }

    @Test
    void the_heading_says_how_much_of_a_large_batch_was_measured() {
        assertThat(run(0, "machine", "--preset", "demo", "--batch-size", "16"))
                .contains("16 sequences at once, at most 2,048 of their 4,096 tokens in one measurement\n")
                .contains("8 × 256 tokens");
        assertThat(run(0, "machine", "--preset", "demo", "--batch-size", "8")).contains("8 sequences at once\n");
    }

    @Test
    void figures_measured_while_others_had_the_processors_are_used_once_and_not_remembered() throws IOException {
        Path file = folder.resolve("machine.json");
        PrintStream stream = new PrintStream(notes, true, StandardCharsets.UTF_8);
        var busy = new MachineProfile(Terminal.captured(stream, stream), file, () -> use(60));
        List<Work> work = Work.of(TINY, 1, 128);
        Machine machine = busy.measured(work);
        assertThat(notes()).contains("other programs used 60 % of the processors", "not remembered");
        assertThat(file).doesNotExist();
        assertThat(busy.measured(work)).isEqualTo(machine);
        assertThat(profile(file).measured(work)).isEqualTo(machine);
        profile(file).again(work);
        assertThat(Machine.read(file)).isPresent();
    }

    @Test
    void figures_that_a_run_has_beaten_are_forgotten() throws IOException {
        Path file = folder.resolve("machine.json");
        MachineProfile profile = profile(file);
        profile.measured(Work.of(TINY, 1, 128));
        assertThat(file).exists();
        profile.forget();
        assertThat(file).doesNotExist();
        assertThat(notes()).contains("measures them anew");
    }

    @Test
    void figures_are_measured_once_and_anew_on_request() throws IOException {
        Path file = folder.resolve("machine.json");
        List<Work> work = Work.of(TINY, 1, 128);
        Machine first = profile(file).measured(work);
        assertThat(notes()).contains("measuring this machine, once", file.toString());
        assertThat(profile(file).measured(work)).isEqualTo(first);
        assertThat(Machine.read(file)).contains(first);
        Machine again = profile(file).again(List.of());
        assertThat(Machine.read(file)).contains(again);
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
    void a_folder_that_cannot_be_written_is_no_reason_to_stop() throws IOException {
        Path wall = Files.writeString(folder.resolve("wall"), "a file, not a folder");
        assertThat(profile(wall.resolve("machine.json")).machine().peakAll()).isPositive();
        assertThat(notes()).contains("cannot be remembered");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --batch-size 0                        | --batch-size is 0, expected 1 to 256 sequences of 256 tokens
            --batch-size 100000                   | --batch-size is 100000, expected 1 to 256
            --preset abacus                       | "abacus" is not known
            --again                               | Unknown option: '--again'
            """)
    void bad_input_is_explained(String args, String message) {
        assertThat(run(2, ("machine " + args).split(" "))).contains(message);
    }

    @Test
    void help_names_every_option() {
        assertThat(run(0, "machine", "--help")).contains("--measure", "--preset", "--batch-size", "--json");
    }
}
