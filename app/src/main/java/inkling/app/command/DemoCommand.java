package inkling.app.command;

import inkling.app.machine.MachineProfile;
import inkling.app.report.RunReport;
import inkling.app.terminal.Numbers;
import inkling.app.terminal.Terminal;
import inkling.core.data.story.StoryWorld;
import inkling.core.device.cpu.Processor;
import inkling.core.generate.SamplingSpec;
import inkling.core.tensor.WeightFormat;
import inkling.core.train.RunFolder;
import inkling.core.train.TrainPresets;
import inkling.tokenizer.Tokenizer;
import inkling.tokenizer.TrainerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// The whole way from nothing to a written story, each step with the command that does the same.
@Command(
        name = "demo",
        description = {
            "The whole way in about three minutes: make a corpus, train a tokenizer and a small model, write a story.",
            "Every step shows the command that does the same."
        },
        sortOptions = false,
        optionListHeading = "%nOptions:%n",
        footer = {"", "Example:", "  inkling demo --dir runs/demo --minutes 2"})
public final class DemoCommand implements Callable<Integer> {
    private static final int DOCUMENTS = 20_000;
    private static final StoryWorld.Size WORLD = new StoryWorld.Size(4, 6);
    private static final TrainPresets PRESET = TrainPresets.DEMO;
    private static final int VOCABULARY = PRESET.config().model().vocabularySize();
    private static final int LONGEST_MINUTES = 24 * 60;
    private static final int STORY_TOKENS = 400;
    private static final SamplingSpec SAMPLING = new SamplingSpec(0.3, 0, 0.95);

    private final Terminal terminal;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            defaultValue = "runs/demo",
            description = "Folder for everything that is made (default ${DEFAULT-VALUE}).")
    private Path dir = Path.of("runs/demo");

    @Option(
            names = "--minutes",
            paramLabel = "M",
            description = "Train as long as this, instead of the same number of steps on every machine.")
    private @Nullable Double minutes;

    @Option(
            names = "--documents",
            paramLabel = "N",
            defaultValue = "" + DOCUMENTS,
            description = "Stories in the corpus (default ${DEFAULT-VALUE}).")
    private long documents;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "1",
            description = "Which stories (default ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--threads", paramLabel = "N", description = "Threads (default: all processors).")
    private int threads = Runtime.getRuntime().availableProcessors();

    /// The command, printing to a terminal.
    public DemoCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        if (minutes != null && (!(minutes > 0) || minutes > LONGEST_MINUTES)) {
            throw new IllegalArgumentException(
                    "--minutes is " + minutes + ", expected more than 0 and at most " + LONGEST_MINUTES);
        }
        if (threads < 1 || documents < 1) {
            throw new IllegalArgumentException(
                    threads < 1
                            ? "--threads is " + threads + ", expected at least 1"
                            : "--documents is " + documents + ", expected at least 1");
        }
        Path stories = dir.resolve("stories.txt");
        Path tokenizer = dir.resolve("tokenizer");
        Path run = freshRun();
        corpus(stories);
        tokenizer(stories, tokenizer);
        plan(tokenizer);
        if (train(stories, tokenizer, run)) {
            write(run);
            farewell(stories, tokenizer, run);
        }
        return 0;
    }

    /// A folder without a run: `run`, or `run-2` and so on if the demo was run before.
    private Path freshRun() {
        Path run = dir.resolve("run");
        for (int i = 2; Files.exists(run); i++) {
            run = dir.resolve("run-" + i);
        }
        return run;
    }

    private void corpus(Path stories) throws IOException {
        step(
                1,
                "a corpus",
                "Small children's stories, made up on the spot.",
                "inkling data stories --documents " + documents + " --plots " + WORLD.plots() + " --names "
                        + WORLD.names() + " --seed " + seed + " --out " + stories);
        Files.createDirectories(dir);
        StoriesCommand.write(terminal, stories, documents, new StoryWorld(seed, WORLD));
    }

    private void tokenizer(Path stories, Path tokenizer) throws IOException {
        step(
                2,
                "a tokenizer",
                "The pieces of words that the model will read and write.",
                "inkling tokenizer train --input " + stories + " --vocab-size " + VOCABULARY + " --out " + tokenizer);
        TokenizerTrainCommand.train(
                terminal,
                List.of(stories),
                tokenizer,
                TrainerOptions.of(VOCABULARY).withThreads(threads));
        var colours = new TokenColours(terminal.errColours());
        terminal.note("for example:");
        terminal.note(colours.render(Tokenizer.load(tokenizer), "Once upon a time, a little fox wanted a kite."));
    }

    private void plan(Path tokenizer) throws IOException {
        step(
                3,
                "a plan",
                "What the model will cost, before the time is spent.",
                "inkling plan --preset " + PRESET.label() + " --batch-size "
                        + PRESET.config().batch().sequences());
        int vocabulary = Tokenizer.load(tokenizer).vocabularySize();
        new TrainCost(options().config(vocabulary, 0)).lines().forEach(terminal::note);
    }

    private static TrainOptions options() {
        var options = new TrainOptions();
        options.preset = PRESET.label();
        return options;
    }

    private boolean train(Path stories, Path tokenizer, Path run) throws IOException {
        step(
                4,
                "a model",
                String.format(
                        Locale.ROOT,
                        "It learns to guess the next token. A loss of %.1f is guessing blindly; lower is better.",
                        Math.log(VOCABULARY)),
                "inkling train --data " + stories + " --tokenizer " + tokenizer + " --run " + run + " --preset "
                        + PRESET.label() + (minutes == null ? "" : " --minutes " + minutes));
        var request = new RunPreparation.Request(
                stories, Optional.empty(), Optional.of(tokenizer), VOCABULARY, 20, run, threads);
        return TrainCommand.train(terminal, request, options(), minutes);
    }

    private void write(Path run) throws IOException {
        step(
                5,
                "a story",
                "The model makes one up, from its first word on.",
                "inkling generate --run " + run + " --temperature " + SAMPLING.temperature() + " --max-tokens "
                        + STORY_TOKENS + " --seed " + seed);
        var story = new StringBuilder();
        terminal.err().flush();
        RunFolder folder = RunFolder.open(run);
        var kernels = Processor.device(threads);
        var wish = new GenerateCommand.Wish("", STORY_TOKENS, SAMPLING, seed, WeightFormat.FLOAT32);
        GenerateCommand.write(folder, "best", kernels, wish, text -> {
            story.append(text);
            terminal.out().print(text);
            terminal.out().flush();
        });
        terminal.out().println();
        terminal.out().flush();
        Files.writeString(run.resolve(RunReport.SAMPLE), story);
        RunReport.write(
                folder,
                new RunReport.Machine(
                        kernels.name(), new MachineProfile(terminal).machine().peak(threads)));
    }

    private void farewell(Path stories, Path tokenizer, Path run) throws IOException {
        terminal.note("");
        terminal.note("Made:");
        terminal.note("  " + stories + "  the corpus, " + Numbers.bytes(Files.size(stories)));
        terminal.note("  " + tokenizer + "  tokenizer.json, and vocab.json with merges.txt");
        terminal.note("  " + run + "  the run: configuration, metrics, checkpoints");
        terminal.note("  " + run.resolve(RunReport.PAGE) + "  open it in a browser: loss curves and all figures");
        terminal.note("");
        terminal.note("Try next:");
        terminal.note("  inkling generate --run " + run + " --prompt 'Once upon a time' --seed 7");
        terminal.note("  inkling tokenizer show --tokenizer " + tokenizer + " --text 'Any words you like'");
        terminal.note("  inkling plan --preset gpt2-small");
        terminal.note("  inkling train --data your-own.txt --run runs/mine");
    }

    private void step(int number, String what, String why, String command) {
        boolean colours = terminal.errColours();
        String bold = colours ? "\u001b[1m" : "";
        String dim = colours ? "\u001b[2m" : "";
        String plain = colours ? "\u001b[0m" : "";
        terminal.note("");
        terminal.note(bold + "[" + number + "/5] " + what + plain + "  " + why);
        terminal.note(dim + "      $ " + command + plain);
    }
}
