package inkling.core.check;

import inkling.core.check.References.Worst;
import inkling.core.device.AdamWStep;
import inkling.core.device.Kernels;
import inkling.core.experiment.SgdToy;
import inkling.core.optim.AdamW;
import inkling.core.optim.GradientClipping;
import inkling.core.optim.LearningRate;
import inkling.core.optim.OptimizerSpec;
import inkling.core.tensor.Initializer;
import inkling.core.tensor.Parameter;
import inkling.core.tensor.Parameters;
import inkling.core.tensor.Tensor;
import inkling.tokenizer.json.JsonPlace;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// `optim/`: AdamW in three orders, the SGD toy, the cosine schedule and gradient clipping.
final class OptimizerReferences {
    private static final String FAMILY = "optim";
    private static final double TOLERANCE = 1e-5; // of the largest value, after up to 1,000 steps in 32 bits
    private static final double MOMENT_TOLERANCE = 1e-4; // gradients of small residuals magnify what the weights lost

    private final References references;
    private final Kernels kernels;

    OptimizerReferences(References references) {
        this.references = references;
        this.kernels = references.kernels();
    }

    void run() throws IOException {
        for (AdamWStep.Order order : AdamWStep.Order.values()) {
            givenGradients(order);
            regression(order);
        }
        sgd();
        schedule();
        for (String name : List.of("above", "below", "mixed", "zero")) {
            if (!references.lacks(FAMILY, "clipping, " + name, "optim/clip_" + name + ".npz")) {
                references.add(FAMILY, "clipping, " + name + ": norm and gradients", clipping(name), TOLERANCE);
            }
        }
    }

    /// One parameter matrix of so many rows.
    static Parameters matrix(Arena arena, int rows, float... values) {
        var declarations = new Parameters.Declarations();
        Parameter parameter =
                declarations.matrix("w", new Initializer.Constant(0), rows, values.length / Math.max(1, rows));
        Parameters parameters = declarations.allocate(arena);
        parameter.value().copyFrom(values);
        return parameters;
    }

    private static OptimizerSpec.AdamW spec(NpzArrays arrays, AdamWStep.Order order) throws IOException {
        return new OptimizerSpec.AdamW(
                arrays.number("beta1"),
                arrays.number("beta2"),
                arrays.number("eps"),
                arrays.number("weight_decay"),
                false,
                order);
    }

    private static String variant(AdamWStep.Order order) {
        return order.name().toLowerCase(Locale.ROOT);
    }

    private void givenGradients(AdamWStep.Order order) throws IOException {
        String what = "AdamW on given gradients, " + variant(order).replace('_', ' ');
        if (references.lacks(FAMILY, what, "optim/adamw_given_grads.npz")) {
            return;
        }
        NpzArrays arrays = references.arrays("optim/adamw_given_grads");
        int[] shape = arrays.shape("grads");
        float[] gradients = arrays.floats("grads");
        try (Arena arena = Arena.ofShared()) {
            Parameters parameters = matrix(arena, 1, arrays.floats("p0"));
            Parameter parameter = parameters.all().getFirst();
            var optimizer = new AdamW(spec(arrays, order), kernels, parameters, arena);
            for (int step = 0; step < shape[0]; step++) {
                parameter.gradient().copyFrom(Arrays.copyOfRange(gradients, shape[1] * step, shape[1] * (step + 1)));
                optimizer.step(arrays.number("lr"), 1);
            }
            double error = References.relativeError(parameter.value(), arrays.doubles("p_" + variant(order)));
            references.add(FAMILY, what, error, TOLERANCE);
        }
    }

    private void regression(AdamWStep.Order order) throws IOException {
        String what = "AdamW on the regression task, " + variant(order).replace('_', ' ');
        if (references.lacks(FAMILY, what, "optim/adamw_regression.npz")) {
            return;
        }
        NpzArrays arrays = references.arrays("optim/adamw_regression");
        double[] expected = arrays.doubles("w_" + variant(order));
        int[] kept = arrays.integers("steps_kept");
        Worst worst = new Worst();
        try (Arena arena = Arena.ofShared()) {
            Parameters parameters = matrix(arena, 2, arrays.floats("w0"));
            var optimizer = new AdamW(spec(arrays, order), kernels, parameters, arena);
            RegressionTask task = new RegressionTask(parameters.all().getFirst(), arrays.floats("xs"));
            for (int step = 1; step <= task.steps(); step++) {
                task.gradient(step - 1);
                optimizer.step(arrays.number("lr"), 1);
                int index = Arrays.binarySearch(kept, step);
                if (index >= 0) {
                    double[] then = Arrays.copyOfRange(expected, 6 * index, 6 * index + 6);
                    worst.add(References.relativeError(task.weight().value(), then), TOLERANCE);
                }
            }
            for (Map.Entry<String, Tensor> slab : optimizer.state().entrySet()) {
                String key = (slab.getKey().equals("first_moment") ? "m_" : "v_") + variant(order);
                for (Tensor moment : parameters.stateDict(slab.getValue()).values()) {
                    worst.add(References.relativeError(moment, arrays.doubles(key)), MOMENT_TOLERANCE);
                }
            }
        }
        references.add(FAMILY, what + ": weights and moments", worst);
    }

    /// The official task: `y = W·x`, target `(x₀ + x₁, −x₂)`, loss `Σ (target − y)²`, one `x` a step.
    static final class RegressionTask {
        private final Parameter weight;
        private final float[] xs;

        RegressionTask(Parameter weight, float... xs) {
            this.weight = weight;
            this.xs = xs;
        }

        Parameter weight() {
            return weight;
        }

        int steps() {
            return xs.length / 3;
        }

        void gradient(int step) {
            float[] x = Arrays.copyOfRange(xs, 3 * step, 3 * step + 3);
            float[] target = {x[0] + x[1], -x[2]};
            for (int row = 0; row < 2; row++) {
                double y = 0;
                for (int k = 0; k < 3; k++) {
                    y += (double) weight.value().get(3 * row + k) * x[k];
                }
                for (int k = 0; k < 3; k++) {
                    weight.gradient().set(3 * row + k, (float) (2 * (y - target[row]) * x[k]));
                }
            }
        }
    }

    private void sgd() throws IOException {
        if (references.lacks(FAMILY, "SGD toy", "optim/sgd_toy.npz")) {
            return;
        }
        NpzArrays arrays = references.arrays("optim/sgd_toy");
        for (int rate : new int[] {1, 10, 100, 1000}) {
            double[] expected = arrays.doubles("loss_lr" + rate);
            double[] actual = SgdToy.run(kernels, rate, expected.length, arrays.floats("w0"));
            double error = 0;
            for (int t = 0; t < expected.length; t++) {
                double scale = rate == 100 ? expected[0] : expected[t]; // at 100 all is 0 but rounding
                error = Math.max(error, Math.abs(actual[t] - expected[t]) / scale);
            }
            references.add(FAMILY, "SGD toy, learning rate " + rate, error, TOLERANCE);
        }
    }

    private void schedule() throws IOException {
        if (references.lacks(FAMILY, "cosine schedule", "optim/cosine.json")) {
            return;
        }
        double error = 0;
        for (JsonPlace table : references.json("optim/cosine.json").items()) {
            error = Math.max(error, scheduleError(table));
        }
        references.add(FAMILY, "cosine schedule, all tables", error, 1e-15);
    }

    static double scheduleError(JsonPlace table) throws IOException {
        var schedule = new LearningRate.WarmupCosine(
                table.member("max_learning_rate").number(),
                table.member("min_learning_rate").number(),
                table.member("warmup_iters").integer(0, 1_000_000),
                table.member("cosine_cycle_iters").integer(0, 1_000_000));
        double error = 0;
        int t = 0;
        for (JsonPlace rate : table.member("lrs").items()) {
            error = Math.max(error, Math.abs(schedule.at(t++) - rate.number()));
        }
        return error;
    }

    private double clipping(String name) throws IOException {
        NpzArrays arrays = references.arrays("optim/clip_" + name);
        float[] gradients = arrays.floats("grads");
        try (Arena arena = Arena.ofShared()) {
            Parameters parameters = matrix(arena, 1, new float[gradients.length]);
            Tensor gradient = parameters.all().getFirst().gradient();
            gradient.copyFrom(gradients);
            double norm = GradientClipping.norm(kernels, parameters);
            double expected = arrays.number("norm_before");
            kernels.scale(gradient, (float) new GradientClipping(arrays.number("max_norm")).scale(norm));
            double normError = Math.abs(norm - expected) / Math.max(1, expected);
            return Math.max(normError, References.relativeError(gradient, arrays.doubles("clipped")));
        }
    }
}
