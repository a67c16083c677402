package inkling.core.experiment;

import inkling.core.optim.LearningRate;
import inkling.core.train.TrainConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/// Runs that differ from one configuration in named ways, each pair of axes combined.
///
/// ```
/// Sweep.of(base, List.of("model=baseline,no-norm", "lr=0.001,0.01"))      four runs
/// ```
///
/// @param variants the runs, in the order of the values given; the first is what others are compared with
public record Sweep(List<Variant> variants) {
    private static final int MOST_RUNS = 64;
    private static final String AXES = "model, lr, batch-size or seed";

    /// One run.
    ///
    /// @param name what differs: `no-norm`, `lr 0.01`
    /// @param config all of its settings
    public record Variant(String name, TrainConfig config) {}

    /// Checks the number of runs.
    public Sweep {
        variants = List.copyOf(variants);
        if (variants.isEmpty() || variants.size() > MOST_RUNS) {
            throw new IllegalArgumentException(
                    "sweep: " + variants.size() + " runs, expected 1 to " + MOST_RUNS + "; give fewer values");
        }
    }

    /// All combinations of the values of the axes, each written `NAME=A,B,…` with one of the names
    ///
    /// | name | values | what else changes |
    /// |---|---|---|
    /// | `model` | labels of [ModelVariant] | nothing |
    /// | `lr` | highest learning rates | the lowest, in proportion |
    /// | `batch-size` | sequences in a step | the number of steps, so that all runs see as many tokens |
    /// | `seed` | whole numbers | nothing |
    ///
    /// @throws IllegalArgumentException if a name or a value is not known
    public static Sweep of(TrainConfig base, List<String> axes) {
        List<Variant> variants = List.of(new Variant("", base));
        for (String axis : axes) {
            List<Variant> combined = new ArrayList<>();
            for (Variant variant : variants) {
                String prefix = variant.name().isEmpty() ? "" : variant.name() + ", ";
                around(variant.config(), axis)
                        .forEach(one -> combined.add(new Variant(prefix + one.name(), one.config())));
            }
            variants = combined;
            if (variants.size() > MOST_RUNS) {
                break; // the constructor says so
            }
        }
        long different = variants.stream().map(Variant::name).distinct().count();
        if (different < variants.size()) {
            throw new IllegalArgumentException("sweep: a value of " + String.join(" ", axes) + " is given twice");
        }
        return new Sweep(variants);
    }

    private static List<Variant> around(TrainConfig base, String axis) {
        String[] parts = axis.split("=", 2);
        if (parts.length < 2 || parts[1].isBlank()) {
            throw new IllegalArgumentException("sweep: '" + axis + "' is not NAME=A,B,… with NAME " + AXES);
        }
        Function<String, Variant> one = switch (parts[0]) {
            case "model" -> value -> model(base, ModelVariant.named(value));
            case "lr" -> value -> rate(base, value, number(axis, value));
            case "batch-size" -> value -> batch(base, whole(axis, value));
            case "seed" -> value -> seed(base, whole(axis, value));
            default -> throw new IllegalArgumentException("sweep: cannot vary '" + parts[0] + "', expected " + AXES);
        };
        return Arrays.stream(parts[1].split(",", -1))
                .map(value -> one.apply(value.strip()))
                .toList();
    }

    private static Variant model(TrainConfig base, ModelVariant variant) {
        return new Variant(
                variant.label(),
                new TrainConfig(
                        variant.of(base.model()),
                        base.optimization(),
                        base.batch(),
                        base.steps(),
                        base.seed(),
                        base.evaluation(),
                        base.checkpoints()));
    }

    private static Variant rate(TrainConfig base, String typed, double rate) {
        TrainConfig.Optimization old = base.optimization();
        LearningRate changed = switch (old.learningRate()) {
            case LearningRate.Constant _ -> new LearningRate.Constant(rate);
            case LearningRate.WarmupCosine(double max, double min, long warmup, long cycle) ->
                new LearningRate.WarmupCosine(rate, max == 0 ? 0 : rate * (min / max), warmup, cycle);
        };
        return new Variant(
                "lr " + typed,
                new TrainConfig(
                        base.model(),
                        new TrainConfig.Optimization(old.optimizer(), changed, old.maxGradientNorm()),
                        base.batch(),
                        base.steps(),
                        base.seed(),
                        base.evaluation(),
                        base.checkpoints()));
    }

    /// As many tokens in steps of another size: everything that is counted in steps moves along.
    private static Variant batch(TrainConfig base, long sequences) {
        if (sequences < 1 || sequences > 1 << 20) {
            throw new IllegalArgumentException("sweep: batch-size is " + sequences + ", expected 1 to 1,048,576");
        }
        double factor = (double) base.batch().sequences() / sequences;
        TrainConfig.Optimization old = base.optimization();
        LearningRate schedule = switch (old.learningRate()) {
            case LearningRate.Constant same -> same;
            case LearningRate.WarmupCosine(double max, double min, long warmup, long cycle) ->
                new LearningRate.WarmupCosine(max, min, Math.round(warmup * factor), steps(cycle, factor));
        };
        int parts = (int) Math.min(base.batch().microBatches(), sequences);
        return new Variant(
                "batch " + sequences,
                new TrainConfig(
                        base.model(),
                        new TrainConfig.Optimization(old.optimizer(), schedule, old.maxGradientNorm()),
                        new TrainConfig.Batch((int) sequences, base.batch().time(), parts),
                        steps(base.steps(), factor),
                        base.seed(),
                        new TrainConfig.Evaluation(
                                steps(base.evaluation().everySteps(), factor),
                                base.evaluation().maxTokens()),
                        new TrainConfig.Checkpoints(
                                steps(base.checkpoints().everySteps(), factor),
                                base.checkpoints().everyMinutes(),
                                base.checkpoints().keep())));
    }

    private static long steps(long of, double factor) {
        return Math.max(1, Math.round(of * factor));
    }

    private static Variant seed(TrainConfig base, long seed) {
        return new Variant(
                "seed " + seed,
                new TrainConfig(
                        base.model(),
                        base.optimization(),
                        base.batch(),
                        base.steps(),
                        seed,
                        base.evaluation(),
                        base.checkpoints()));
    }

    private static double number(String axis, String value) {
        if (value.matches("[0-9]{0,18}[.]?[0-9]{1,18}([eE][+-]?[0-9]{1,2})?")) {
            return Double.parseDouble(value);
        }
        throw new IllegalArgumentException("sweep: '" + value + "' in " + axis + " is not a number of 0 or more");
    }

    private static long whole(String axis, String value) {
        if (!value.matches("[0-9]{1,18}")) {
            throw new IllegalArgumentException("sweep: '" + value + "' in " + axis + " is not a whole number");
        }
        return Long.parseLong(value);
    }
}
