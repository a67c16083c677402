package inkling.core.accounting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import inkling.core.device.cpu.Processor;
import inkling.core.nn.ModelConfig;
import inkling.core.nn.ModelPresets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The machine's measured figures and what is predicted from them.
class MachineTest {
    @TempDir
    private Path folder = Path.of("");

    static List<ModelConfig> variants() {
        return Variants.all();
    }

    private static Machine machine(List<Machine.Rate> rates) {
        return new Machine(Machine.currentKey(), 4, 256, 100e9, 360e9, 20e9, rates);
    }

    private static Machine uniform(ModelConfig config, int batch, double flopsPerSecond) {
        return machine(Work.of(config, batch, config.contextLength()).stream()
                .map(work -> new Machine.Rate(work.shape(), flopsPerSecond, flopsPerSecond))
                .distinct()
                .toList());
    }

    @Test
    void what_is_saved_is_read() throws IOException {
        Machine machine = machine(List.of(new Machine.Rate("(2 × 3)·(3 × 4)", 5e9, 4e9)));
        Path file = folder.resolve("deep/machine.json");
        machine.write(file);
        assertThat(Machine.read(file)).contains(machine);
        assertThat(Machine.read(folder.resolve("absent.json"))).isEmpty();
    }

    @Test
    void figures_of_another_machine_are_left_alone() throws IOException {
        Path file = folder.resolve("machine.json");
        Files.writeString(file, "{\"key\": \"an abacus\"}");
        assertThat(Machine.read(file)).isEmpty();
    }

    @Test
    void broken_figures_are_refused_with_their_place() throws IOException {
        Path file = folder.resolve("machine.json");
        machine(List.of()).write(file);
        Files.writeString(file, Files.readString(file).replaceAll("\"peak_all\": [^,]*", "\"peak_all\": 0"));
        assertThatThrownBy(() -> Machine.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("peak_all: expected a number above 0");
    }

    @Test
    void peak_grows_with_threads_to_that_of_all_cores() {
        Machine machine = machine(List.of(new Machine.Rate("some", 36e9, 18e9)));
        assertThat(machine.peak(1)).isEqualTo(100e9);
        assertThat(machine.peak(3)).isEqualTo(300e9);
        assertThat(machine.peak(9)).isEqualTo(360e9);
        assertThat(machine.onThreads(1).rates().getFirst().training()).isCloseTo(5e9, within(1.0));
        assertThatThrownBy(() -> machine.peak(0)).hasMessageContaining("0 threads");
    }

    @ParameterizedTest
    @MethodSource("variants")
    void the_measured_pieces_are_all_that_a_step_executes(ModelConfig config) {
        double flops = Work.of(config, 3, config.contextLength()).stream()
                .mapToDouble(Work::stepFlops)
                .sum();
        double executed = ProgramCount.of(config, 3).executedFlops();
        assertThat(flops / executed).isCloseTo(1, within(1e-12));
    }

    @Test
    void forecast_is_flops_over_rates_and_bytes_over_bandwidth() {
        ModelConfig config = ModelPresets.TINYSTORIES.config();
        Machine machine = uniform(config, 8, 200e9);
        StepForecast step = StepForecast.of(config, 32, 8, 256, machine);
        double executed = 4.0 * ProgramCount.of(config, 8).executedFlops();
        assertThat(step.productSeconds() + step.attentionSeconds()).isCloseTo(executed / 200e9, within(1e-9));
        double parameters = Plan.of("", config).parameters().total().value();
        assertThat(step.optimizerSeconds()).isCloseTo(36 * parameters / 20e9, within(1e-12));
        assertThat(step.tokensPerSecond()).isCloseTo(32 * 256 / step.seconds(), within(1e-6));
    }

    @Test
    void forecast_needs_every_rate() {
        ModelConfig config = ModelConfig.standard(2_048, 128, 64, 2, 2, 192);
        assertThatThrownBy(() -> StepForecast.of(config, 4, 4, 128, machine(List.of())))
                .hasMessageContaining("the rate of Q, K, V (512 × 64)·(64 × 192) was not measured");
    }

    @Test
    void nothing_is_measured_twice_and_nothing_is_much_faster_than_the_peak() {
        ModelConfig config = ModelConfig.standard(2_048, 128, 64, 2, 2, 192);
        List<Work> work = Work.of(config, 2, 128);
        Machine base = MachineMeter.base();
        Machine measured = MachineMeter.measured(base, work, Processor::onAllCores);
        assertThat(base.peakPerCore()).isBetween(1e9, base.peakAll());
        assertThat(measured.rates())
                .hasSize(work.size())
                .allSatisfy(rate -> assertThat(rate.forward()).isLessThan(3 * base.peakAll()));
        assertThat(MachineMeter.measured(measured, work, Processor::onAllCores)).isSameAs(measured);
    }
}
