package inkling.app.profile;

import inkling.app.machine.MachineProfile;
import inkling.app.plan.ModelOptions;
import inkling.app.terminal.Terminal;
import inkling.core.accounting.FitCheck;
import inkling.core.accounting.Machine;
import inkling.core.accounting.ProcessMemory;
import inkling.core.train.TrainConfig;
import inkling.tokenizer.file.ReplacedFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Trains a model for a few steps and shows where the time goes.
@Command(
        name = "profile",
        description = {
            "Where the time of a training step goes: every operation with its time, FLOPs, bytes and rate, its share of the"
                    + " step, and how near it comes to what this machine could do at best.",
            "Trains the model on random tokens for a few steps, prints a table, and draws profile.svg."
        },
        sortOptions = false,
        optionListHeading = "%nOptions:%n",
        footer = {
            "",
            "\"of limit\" is the time that the operation's FLOPs at the machine's peak, or its bytes at the machine's memory"
                    + " bandwidth, would take (whichever is longer), as a share of the time it took. Beyond 100 %% the"
                    + " caches were faster than memory.",
            "",
            "Examples:",
            "  inkling profile --preset tinystories",
            "  inkling profile --config runs/first --batch-size 32 --steps 5 --out profiles",
            "  inkling profile --vocab-size 4096 --context-length 128 --d-model 128 --num-layers 4 --num-heads 4"
        })
public final class ProfileCommand implements Callable<Integer> {
    private static final String PICTURE = "profile.svg";

    private final Terminal terminal;

    @Mixin
    private ModelOptions model = new ModelOptions();

    @Option(
            names = "--batch-size",
            paramLabel = "B",
            defaultValue = "8",
            description = "Sequences in a step (default 8).")
    private String batchSize = "8";

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "10",
            description = "Steps that are measured, after some to warm up (default 10).")
    private String steps = "10";

    @Option(names = "--threads", paramLabel = "N", description = "Threads (default: all processors).")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = ".",
            description = "Folder for " + PICTURE + " (default: this one).")
    private Path out = Path.of(".");

    /// The command, printing to a terminal.
    public ProfileCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        ModelOptions.Named named = model.model();
        int batch = ModelOptions.size("--batch-size", batchSize);
        int measured = ModelOptions.size("--steps", steps);
        if (threads < 1) {
            throw new IllegalArgumentException("--threads is " + threads + ", expected at least 1");
        }
        TrainConfig config = ProfiledRun.config(named.config(), batch);
        requireMemory(config);
        Files.createDirectories(out);
        Machine machine = new MachineProfile(terminal).machine().onThreads(threads);
        StepProfile profile;
        try (ProfiledRun run = new ProfiledRun(config, threads)) {
            profile = run.measure(measured, terminal);
        }
        terminal.out().print(new ProfileTable(named.name(), profile, machine).text());
        Path picture = out.resolve(PICTURE);
        try (ReplacedFile target = ReplacedFile.create(picture)) {
            String svg = FlamePicture.of(named.name(), profile, machine).svg();
            target.stream().write(svg.getBytes(StandardCharsets.UTF_8));
            target.commit();
        }
        terminal.out().println("\npicture " + picture);
        return 0;
    }

    private static void requireMemory(TrainConfig config) {
        OptionalLong free = new ProcessMemory().free();
        if (free.isPresent()) {
            FitCheck check = FitCheck.of(config, free.getAsLong());
            if (!check.fits()) {
                String sentence = check.sentence();
                throw new IllegalArgumentException(
                        "--batch-size " + config.batch().sequences() + " " + sentence.replaceFirst(";.*", ""));
            }
        }
    }
}
