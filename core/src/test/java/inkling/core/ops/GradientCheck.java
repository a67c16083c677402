package inkling.core.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import inkling.core.device.reference.ReferenceKernels;
import inkling.core.tensor.Parameters;
import inkling.core.tensor.Tensor;
import inkling.core.tensor.Workspace;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Compares the gradients of a computation with central differences: `(f(x + h) − f(x − h)) / 2h` for every
/// element.
///
/// `f` is the product of the output with a random cotangent. The program computes in 32 bits, so agreement is
/// to about three digits; that finds wrong formulas, not rounding, which the fixtures cover.
final class GradientCheck {
    private static final float STEP = 1e-2f;
    private static final double TOLERANCE = 2e-3;

    /// Something differentiable.
    interface Computation {
        /// Computes the output from the inputs.
        Variable run(Tape tape, List<Variable> inputs);
    }

    private final List<Tensor> inputs = new ArrayList<>();
    private final Parameters.Declarations declarations = new Parameters.Declarations();
    private final SplittableRandom random;

    GradientCheck(long seed) {
        random = new SplittableRandom(seed);
    }

    /// Adds a random input.
    GradientCheck input(int... shape) {
        inputs.add(random(shape));
        return this;
    }

    /// Where parameters of the computation are declared.
    Parameters.Declarations declarations() {
        return declarations;
    }

    Tensor random(int... shape) {
        float[] values = new float[(int) Tensor.elements(shape)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Tensor.of(values, shape);
    }

    /// Checks every element of every input and parameter; all memory must have come back in the end.
    void check(Computation computation) {
        Parameters parameters = declarations.allocate(Arena.ofAuto());
        parameters.initialize(7);
        Workspace workspace = TapeTest.poisoned(1 << 16);
        Tape tape = Tape.recording(new ReferenceKernels(), workspace);
        List<Variable> variables = inputs.stream().map(tape::input).toList();
        Variable output = computation.run(tape, variables);
        Tensor cotangent = random(output.value().shape());
        tape.backward(output, cotangent);

        List<Tensor> values = new ArrayList<>(inputs);
        List<Tensor> gradients =
                new ArrayList<>(variables.stream().map(Variable::gradient).toList());
        assertThat(workspace.bytesInUse())
                .isEqualTo(gradients.stream()
                        .mapToLong(g -> (g.byteSize() + 63) / 64 * 64)
                        .sum());
        parameters.all().forEach(p -> {
            values.add(p.value());
            gradients.add(p.gradient());
        });
        for (int i = 0; i < values.size(); i++) {
            for (long at = 0; at < values.get(i).size(); at++) {
                double expected = slope(computation, cotangent, values.get(i), at);
                assertThat((double) gradients.get(i).get(at))
                        .as("tensor %d %s, element %d", i, values.get(i).shapeText(), at)
                        .isCloseTo(expected, within(TOLERANCE * Math.max(1, Math.abs(expected))));
            }
        }
    }

    private double slope(Computation computation, Tensor cotangent, Tensor x, long at) {
        float original = x.get(at);
        x.set(at, original + STEP);
        double above = value(computation, cotangent);
        double upper = x.get(at);
        x.set(at, original - STEP);
        double below = value(computation, cotangent);
        double lower = x.get(at);
        x.set(at, original);
        return (above - below) / (upper - lower);
    }

    private double value(Computation computation, Tensor cotangent) {
        Tape tape = Tape.inference(new ReferenceKernels(), TapeTest.poisoned(1 << 14));
        Tensor output = computation
                .run(tape, inputs.stream().map(tape::constant).toList())
                .value();
        double sum = 0;
        for (long i = 0; i < output.size(); i++) {
            sum += (double) output.get(i) * cotangent.get(i);
        }
        return sum;
    }
}
