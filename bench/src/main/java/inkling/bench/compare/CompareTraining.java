package inkling.bench.compare;

import inkling.bench.kernels.FloatPeak;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// Training steps of ours and of other libraries, in turn, every side in a process of its own.
///
/// All read the same weights and tokens, and none is timed before its first losses are ours: within 1e-4 in FP32,
/// 2e-4 with bf16 products. Speeds are medians of processes, each of which is the median of its steps; memory is
/// the peak of the process. `bench/compare.sh` runs it and says what its options are.
public final class CompareTraining {
    private static final PrintStream OUT = System.out;

    private final Options options;
    private final List<Contender> known;
    private final List<Contender> sides;
    private final Path samplesFile;
    private int failures;

    private CompareTraining(Options options) throws IOException {
        this.options = options;
        Files.createDirectories(options.out);
        samplesFile = options.out.resolve("samples.tsv");
        if (!options.append) {
            Files.deleteIfExists(samplesFile);
        }
        known = new Contenders(options.root, options.out, options.python).all();
        sides = known.stream().filter(options::wants).toList();
        if (sides.isEmpty()) {
            throw new IllegalArgumentException("--sides " + options.sides + ": expected some of "
                    + String.join(",", known.stream().map(Contender::name).toList()));
        }
    }

    /// What the user asked for.
    private static final class Options {
        private final Path root =
                Path.of(System.getProperty("inkling.root", "")).toAbsolutePath();
        private final List<TrainingTask> tasks = new ArrayList<>();
        private Path out = root.resolve("bench/target/compare");
        private String sides = "";
        private String python = "python3";
        private int rounds = 3;
        private double seconds = 4;
        private boolean append;

        Options(String[] arguments) {
            for (int i = 0; i < arguments.length; i++) {
                String word = arguments[i];
                if (word.equals("--append")) {
                    append = true;
                } else if (!word.startsWith("--")) {
                    tasks.add(TrainingTask.parse(word));
                } else if (i + 1 == arguments.length) {
                    throw new IllegalArgumentException(word + ": expected a value after it");
                } else {
                    set(word, arguments[++i]);
                }
            }
            if (tasks.isEmpty()) {
                Stream.of("S8", "S32", "M32", "L4").map(TrainingTask::parse).forEach(tasks::add);
            }
        }

        private void set(String word, String value) {
            switch (word) {
                case "--sides" -> sides = value;
                case "--rounds" -> rounds = Integer.parseInt(value);
                case "--seconds" -> seconds = Double.parseDouble(value);
                case "--python" -> python = value;
                case "--out" -> out = Path.of(value).toAbsolutePath();
                default ->
                    throw new IllegalArgumentException(
                            word + ": expected --sides, --rounds, --seconds," + " --python, --out or --append");
            }
        }

        boolean wants(Contender side) {
            return sides.isEmpty() || Arrays.asList(sides.split(",")).contains(side.name());
        }
    }

    private void run() throws IOException, InterruptedException {
        for (Contender side : sides) {
            side.missing().ifPresent(why -> OUT.println("skipped: " + side.name() + ": " + why));
        }
        for (TrainingTask task : options.tasks) {
            Path folder = options.out.resolve(task.name());
            if (!options.append || !TrainingTask.isReady(folder)) {
                InklingSide.prepare(task, folder);
            }
            for (int round = 1; round <= options.rounds; round++) {
                round(task, folder, round);
            }
        }
        String tables = tables();
        Files.writeString(options.out.resolve("training.md"), tables);
        OUT.println(tables);
        OUT.println("written to " + options.out.resolve("training.md"));
    }

    private void round(TrainingTask task, Path folder, int round) throws IOException, InterruptedException {
        for (Contender side : sides) {
            if (side.missing().isPresent()) {
                continue;
            }
            double peak = FloatPeak.flopsPerSecond(Runtime.getRuntime().availableProcessors(), 10);
            try {
                Sample sample = side.run(task, folder, options.seconds, peak);
                sample.append(samplesFile);
                OUT.printf(
                        Locale.ROOT,
                        "%s round %d %s: step %.1f ms, %,.0f tokens/s, %.2f cores busy, %,.0f MiB, losses %s%n",
                        task.name(),
                        round,
                        side.name(),
                        sample.medianMillis(),
                        task.tokens() / sample.medianMillis() * 1e3,
                        sample.cores(),
                        sample.peakMebibytes(),
                        sample.losses());
            } catch (IOException e) {
                failures++;
                OUT.println(e.getMessage());
            }
        }
    }

    private String tables() throws IOException {
        List<Sample> samples = Files.exists(samplesFile) ? Sample.readAll(samplesFile) : List.of();
        var text = new StringBuilder();
        for (String name : samples.stream().map(Sample::task).distinct().toList()) {
            text.append(TrainingTable.of(TrainingTask.parse(name), known, samples));
        }
        return text.toString();
    }

    /// Runs the comparison; ends with 1 if a side failed, with 2 if it makes no sense.
    public static void main(String[] arguments) throws IOException, InterruptedException {
        try {
            var comparison = new CompareTraining(new Options(arguments));
            comparison.run();
            System.exit(comparison.failures > 0 ? 1 : 0);
        } catch (IllegalArgumentException e) {
            System.err.println("compare: " + e.getMessage());
            System.exit(2);
        }
    }
}
