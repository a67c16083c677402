package inkling.app.machine;

import inkling.app.terminal.Terminal;
import inkling.core.accounting.Machine;
import inkling.core.accounting.MachineMeter;
import inkling.core.accounting.Plan;
import inkling.core.accounting.ProcessorUse;
import inkling.core.accounting.RunForecast;
import inkling.core.accounting.StepForecast;
import inkling.core.accounting.Work;
import inkling.core.nn.ModelConfig;
import inkling.core.train.TrainConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/// The machine's measured figures, from the user's cache folder or measured now; what is measured is remembered.
public final class MachineProfile {
    private static final int TOKENS_AT_ONCE = 2_048;
    /// Others' share of the processors above which measured figures are not worth remembering.
    private static final double DISTURBANCE = 0.1;

    /// What this process has measured, by the file it belongs in: also figures that are not worth a place there, or
    /// that could not be written.
    private static final Map<Path, Known> MEASURED = new ConcurrentHashMap<>();

    /// Figures, and whether all of them were measured while nobody else had the processors.
    private record Known(Machine machine, boolean undisturbed) {}

    /// What measures the machine, given so that a test need not wait for it.
    interface Meter {
        /// Peak, bandwidth and vector width.
        Machine base();

        /// The machine with the rates of these pieces of work; those it has are kept.
        Machine rates(Machine machine, List<Work> work);
    }

    private final Terminal terminal;
    private final Path file;
    private final Meter meter;
    private final Supplier<ProcessorUse> processors;

    /// The profile in the user's cache folder.
    public MachineProfile(Terminal terminal) {
        this(terminal, new MatmulOptions());
    }

    /// The profile of products done in one way, which has a file of its own.
    public MachineProfile(Terminal terminal, MatmulOptions matmul) {
        this(terminal, cacheFolder().resolve(matmul.machineFile()), meter(matmul), ProcessorUse::new);
    }

    /// The profile in a file, measured in this way while the processors are used so.
    MachineProfile(Terminal terminal, Path file, Meter meter, Supplier<ProcessorUse> processors) {
        this.terminal = terminal;
        this.file = file;
        this.meter = meter;
        this.processors = processors;
    }

    private static Meter meter(MatmulOptions matmul) {
        return new Meter() {
            @Override
            public Machine base() {
                return MachineMeter.base();
            }

            @Override
            public Machine rates(Machine machine, List<Work> work) {
                return MachineMeter.measured(machine, work, matmul::onAllCores);
            }
        };
    }

    /// The file where the figures are remembered.
    public Path file() {
        return file;
    }

    /// The folder in the user's cache where everything is remembered that can be made anew.
    static Path cacheFolder() {
        String cache = System.getenv("XDG_CACHE_HOME");
        Path folder =
                cache == null || cache.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(cache);
        return folder.resolve("inkling");
    }

    /// Peak, bandwidth and vector width, with the rates measured so far.
    public Machine machine() {
        return remembered().orElseGet(() -> {
            terminal.note("measuring this machine, once (a few seconds; remembered in " + file + ") ...");
            return remembered(true, meter::base);
        });
    }

    /// The machine with the rates of these pieces of work.
    public Machine measured(List<Work> work) {
        Machine machine = machine();
        if (work.stream().allMatch(one -> machine.rate(one).isPresent())) {
            return machine;
        }
        return remembered(false, () -> meter.rates(machine, work));
    }

    /// Everything measured anew.
    public Machine again(List<Work> work) {
        return remembered(true, () -> meter.rates(meter.base(), work));
    }

    /// A measurement, which is remembered unless other programs had the processors meanwhile, or had them when the
    /// figures were measured that it adds to.
    private Machine remembered(boolean anew, Supplier<Machine> measurement) {
        Known before = MEASURED.get(file);
        ProcessorUse use = processors.get();
        Machine machine = measurement.get();
        double others = use.byOthers().orElse(0);
        boolean undisturbed = others <= DISTURBANCE && (anew || before == null || before.undisturbed);
        MEASURED.put(file, new Known(machine, undisturbed));
        if (others > DISTURBANCE) {
            terminal.note("other programs used " + Math.round(100 * others) + " % of the processors while this machine"
                    + " was measured: its figures may be too low and are not remembered");
        }
        return undisturbed ? saved(machine) : machine;
    }

    /// Has the machine measured anew the next time, after it was faster than its figures.
    public void forget() {
        MEASURED.remove(file);
        try {
            if (Files.deleteIfExists(file)) {
                terminal.note("the run was faster than the figures remembered of this machine, which were measured at"
                        + " a bad moment; the next command measures them anew");
            }
        } catch (IOException e) {
            terminal.note("the machine was faster than the figures in " + file + ", which cannot be deleted ("
                    + e.getMessage() + ")");
        }
    }

    /// How long a step of a training run will take on so many threads.
    public StepForecast forecast(TrainConfig config, int threads) {
        TrainConfig.Batch batch = config.batch();
        int atOnce = batch.sequencesPerMicroBatch();
        Machine machine = measured(Work.of(config.model(), atOnce, batch.time()));
        return StepForecast.of(config.model(), batch.sequences(), atOnce, batch.time(), machine.onThreads(threads));
    }

    /// What a whole run will take on so many threads.
    public RunForecast forecastRun(TrainConfig config, int threads) {
        ModelConfig model = config.model().withContextLength(config.batch().time());
        StepForecast step = forecast(config, threads);
        return RunForecast.of(config, Plan.of("run", model), step, machine().peak(threads));
    }

    /// How long a step over so many full sequences will take on all cores, with as many at once as is efficient.
    public StepForecast forecast(ModelConfig model, long sequences) {
        int time = model.contextLength();
        int atOnce = (int) Math.clamp(TOKENS_AT_ONCE / time, 1, sequences);
        Machine machine = measured(Work.of(model, atOnce, time));
        return StepForecast.of(model, sequences, atOnce, time, machine);
    }

    private Optional<Machine> remembered() {
        Known known = MEASURED.get(file);
        if (known != null) {
            return Optional.of(known.machine);
        }
        try {
            return Machine.read(file);
        } catch (IOException e) {
            terminal.note(e.getMessage() + "; the machine is measured anew");
            return Optional.empty();
        }
    }

    private Machine saved(Machine machine) {
        try {
            machine.write(file);
        } catch (IOException e) {
            terminal.note("the machine's figures cannot be remembered in " + file + " (" + e.getMessage() + ")");
        }
        return machine;
    }
}
