package inkling.core.check;

import inkling.core.data.BatchSampler;
import inkling.core.data.TokenFile;
import inkling.core.data.TokenFileWriter;
import inkling.core.device.AdamWStep;
import inkling.core.device.Kernels;
import inkling.core.ops.CrossEntropy;
import inkling.core.ops.Softmax;
import inkling.core.ops.Tape;
import inkling.core.ops.Variable;
import inkling.core.optim.AdamW;
import inkling.core.optim.GradientClipping;
import inkling.core.optim.OptimizerSpec;
import inkling.core.tensor.Ids;
import inkling.core.tensor.Parameters;
import inkling.core.tensor.Tensor;
import inkling.core.train.Checkpoint;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/// The official tests of loss, optimizer, schedule, clipping, batches and checkpoints.
final class OfficialTrainingTests {
    private static final double RELATIVE = 1e-4;

    private final References references;
    private final Kernels kernels;
    private final OfficialTests tests;

    OfficialTrainingTests(References references, OfficialTests tests) {
        this.references = references;
        this.kernels = references.kernels();
        this.tests = tests;
    }

    void run() throws IOException {
        tests.test("test_softmax_matches_pytorch", 1e-5, List.of("official/softmax.npz"), this::softmax);
        tests.test("test_cross_entropy", 1e-4, List.of("official/cross_entropy.npz"), this::crossEntropy);
        tests.test("test_gradient_clipping", 1e-5, List.of("optim/clip_above.npz"), this::clipping);
        tests.test("test_adamw", 1e-4, List.of("official/adamw.npz"), this::adamW);
        tests.test("test_get_lr_cosine_schedule", 1e-6, List.of("optim/cosine.json"), () -> {
            return OptimizerReferences.scheduleError(
                    references.json("optim/cosine.json").item(0));
        });
        tests.test("test_get_batch (deviations beyond 5 sigma)", 0, List.of(), OfficialTrainingTests::batches);
        tests.test("test_checkpointing (numbers that differ)", 0, List.of(), this::checkpointing);
    }

    private Tape tape(Arena arena) {
        return Tape.inference(kernels, References.workspace(arena, 1 << 16));
    }

    private double softmax() throws IOException {
        NpzArrays arrays = references.arrays("official/softmax");
        try (Arena arena = Arena.ofShared()) {
            Tape tape = tape(arena);
            double error = 0;
            for (String x : List.of("x", "x_plus_100")) {
                Tensor y = Softmax.apply(tape, tape.constant(arrays.tensor(x))).value();
                error = Math.max(error, OfficialModelTests.error(y, arrays.doubles("out"), 1e-5, RELATIVE));
            }
            return error;
        }
    }

    private double crossEntropy() throws IOException {
        NpzArrays arrays = references.arrays("official/cross_entropy");
        Ids targets = Ids.of(arrays.integers("targets"));
        Tensor logits = arrays.tensor("logits");
        try (Arena arena = Arena.ofShared()) {
            Tape tape = tape(arena);
            Variable loss = CrossEntropy.apply(tape, tape.constant(logits), targets);
            double error = OfficialModelTests.error(loss.value(), arrays.doubles("loss"), 1e-4, RELATIVE);
            kernels.scale(logits, 1000);
            Variable steep = CrossEntropy.apply(tape, tape.constant(logits), targets);
            double[] expected = arrays.doubles("loss_x1000");
            return Math.max(error, OfficialModelTests.error(steep.value(), expected, 1e-4, RELATIVE));
        }
    }

    private double clipping() throws IOException {
        NpzArrays arrays = references.arrays("optim/clip_above");
        float[] gradients = arrays.floats("grads");
        try (Arena arena = Arena.ofShared()) {
            Parameters parameters = OptimizerReferences.matrix(arena, 1, new float[gradients.length]);
            Tensor gradient = parameters.all().getFirst().gradient();
            gradient.copyFrom(gradients);
            double norm = GradientClipping.norm(kernels, parameters);
            kernels.scale(gradient, (float) new GradientClipping(arrays.number("max_norm")).scale(norm));
            return OfficialModelTests.error(gradient, arrays.doubles("clipped"), 1e-5, RELATIVE);
        }
    }

    /// The official answer may follow either order of decay and update; the one that fits counts, as it does there.
    private double adamW() throws IOException {
        NpzArrays arrays = references.arrays("official/adamw");
        double least = Double.POSITIVE_INFINITY;
        for (AdamWStep.Order order : AdamWStep.Order.values()) {
            try (Arena arena = Arena.ofShared()) {
                Parameters parameters = OptimizerReferences.matrix(arena, 2, arrays.floats("w0"));
                var spec = new OptimizerSpec.AdamW(0.9, 0.999, 1e-8, 0.01, false, order);
                AdamW optimizer = new AdamW(spec, kernels, parameters, arena);
                var task =
                        new OptimizerReferences.RegressionTask(parameters.all().getFirst(), arrays.floats("xs"));
                for (int step = 0; step < task.steps(); step++) {
                    task.gradient(step);
                    optimizer.step(1e-3, 1);
                }
                Tensor weight = task.weight().value();
                least = Math.min(least, OfficialModelTests.error(weight, arrays.doubles("out"), 1e-4, RELATIVE));
            }
        }
        return least;
    }

    /// Windows of 7 out of 100 tokens: every target follows its input, the first and the last start occur, and no start
    /// occurs oftener or more rarely than chance allows.
    private static double batches() throws IOException {
        int tokens = 100;
        int time = 7;
        int batch = 32;
        int rounds = 1000;
        int[] starts = new int[tokens - time];
        double wrong = 0;
        try (TemporaryFolder folder = TemporaryFolder.create()) {
            Path file = folder.resolve("tokens.npy");
            try (TokenFileWriter writer = TokenFileWriter.create(file, tokens)) {
                for (int id = 0; id < tokens; id++) {
                    writer.append(id);
                }
                writer.commit();
            }
            try (TokenFile data = TokenFile.open(file)) {
                BatchSampler sampler = new BatchSampler(data, time, 1);
                Ids inputs = Ids.of(new int[batch * time]);
                Ids targets = Ids.of(new int[batch * time]);
                for (int round = 0; round < rounds; round++) {
                    sampler.next(inputs, targets);
                    for (int i = 0; i < inputs.size(); i++) {
                        wrong += targets.get(i) == inputs.get(i) + 1 ? 0 : 1;
                        starts[inputs.get(i - i % time)] += i % time == 0 ? 1 : 0;
                    }
                }
            }
        }
        double share = 1.0 / starts.length;
        double sigma = Math.sqrt(batch * rounds * share * (1 - share));
        for (int count : starts) {
            wrong += Math.abs(count - batch * rounds * share) > 5 * sigma ? 1 : 0;
        }
        return wrong;
    }

    /// Ten steps of a small task, a checkpoint, and everything read back into a fresh model and optimizer.
    private double checkpointing() throws IOException {
        var spec = new OptimizerSpec.AdamW(0.9, 0.999, 1e-8, 0.01, false, AdamWStep.Order.DECAY_FIRST);
        float[] start = {0.5f, -1, 2, 0.25f, 3, -0.125f};
        float[] xs = {1, 2, 3, -1, 0.5f, 2, 0.25f, -3, 1};
        try (Arena arena = Arena.ofShared();
                TemporaryFolder folder = TemporaryFolder.create()) {
            Parameters trained = OptimizerReferences.matrix(arena, 2, start);
            AdamW optimizer = new AdamW(spec, kernels, trained, arena);
            var task = new OptimizerReferences.RegressionTask(trained.all().getFirst(), xs);
            for (int step = 0; step < 10; step++) {
                task.gradient(step % task.steps());
                optimizer.step(1e-2, 1);
            }
            var facts = new Checkpoint.Facts(10, 0, 0, 0, 0, OptionalDouble.empty());
            Checkpoint.write(folder.resolve("step"), facts, trained.stateDict(), moments(trained, optimizer));
            Parameters fresh = OptimizerReferences.matrix(arena, 2, new float[start.length]);
            AdamW other = new AdamW(spec, kernels, fresh, arena);
            Checkpoint checkpoint = Checkpoint.open(folder.resolve("step"));
            checkpoint.loadWeights(fresh.stateDict());
            checkpoint.loadOptimizer(moments(fresh, other));
            double wrong = checkpoint.facts().step() == 10 ? 0 : 1;
            wrong += different(trained.stateDict(), fresh.stateDict());
            return wrong + different(moments(trained, optimizer), moments(fresh, other));
        }
    }

    private static Map<String, Tensor> moments(Parameters parameters, AdamW optimizer) {
        Map<String, Tensor> moments = new LinkedHashMap<>();
        optimizer
                .state()
                .forEach((kind, slab) ->
                        parameters.stateDict(slab).forEach((name, tensor) -> moments.put(kind + "." + name, tensor)));
        return moments;
    }

    private static double different(Map<String, Tensor> expected, Map<String, Tensor> actual) {
        double different = 0;
        for (Map.Entry<String, Tensor> entry : expected.entrySet()) {
            float[] other =
                    actual.getOrDefault(entry.getKey(), entry.getValue()).toArray();
            for (int i = 0; i < other.length; i++) {
                different += other[i] == entry.getValue().get(i) ? 0 : 1;
            }
        }
        return different;
    }
}
