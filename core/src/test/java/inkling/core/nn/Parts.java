package inkling.core.nn;

import static inkling.core.nn.Closeness.assertClose;
import static inkling.core.nn.Closeness.tolerance;

import inkling.core.device.Kernels;
import inkling.core.ops.Tape;
import inkling.core.ops.Variable;
import inkling.core.tensor.Initializer;
import inkling.core.tensor.Parameter;
import inkling.core.tensor.Parameters;
import inkling.core.tensor.Tensor;
import inkling.testkit.Npz;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Map;

/// One fixture of a part of a model: loads inputs and weights, runs forward and backward, compares everything.
final class Parts {
    private final String name;
    private final Npz fixture;
    private final Parameters.Declarations declarations = new Parameters.Declarations();
    private final Tape tape;

    /// What is computed from the inputs.
    interface Computation {
        /// Computes the output.
        Variable run(Tape tape, List<Variable> inputs);
    }

    Parts(String name, Kernels kernels) {
        this.name = name;
        this.fixture = Npz.read("fixtures/cs336/" + name + ".npz");
        this.tape = Tape.recording(kernels, SmallModel.poisoned(1 << 19));
    }

    Npz fixture() {
        return fixture;
    }

    Parameters.Declarations declarations() {
        return declarations;
    }

    int number(String argument) {
        return (int) fixture.number(argument);
    }

    Tensor tensor(String array) {
        return Tensor.of(fixture.floats(array), fixture.shape(array));
    }

    /// Declares a matrix of the fixture as a parameter.
    Parameter matrix(String array) {
        int[] shape = fixture.shape(array);
        return declarations.matrix(array, new Initializer.Constant(0), shape[0], shape[1]);
    }

    /// Runs the computation on the named inputs, with weights loaded under the given names (state-dict name to
    /// array), and compares the output and all gradients.
    void check(List<String> inputs, Map<String, String> weights, Computation computation) {
        Parameters parameters = declarations.allocate(Arena.ofAuto());
        parameters.stateDict().forEach((weight, value) -> {
            String array = weights.getOrDefault(weight, weight);
            value.copyFrom(fixture.floats(array));
        });
        List<Variable> variables =
                inputs.stream().map(array -> tape.input(tensor(array))).toList();
        Variable output = computation.run(tape, variables);
        compare("out", output.value(), "out64");
        tape.backward(output, tensor("dout"));
        for (int i = 0; i < inputs.size(); i++) {
            compare("d" + inputs.get(i), variables.get(i).gradient(), "d" + inputs.get(i));
        }
        parameters.gradientDict().forEach((weight, gradient) -> {
            String array = "d" + weights.getOrDefault(weight, weight);
            compare(array, gradient, array);
        });
    }

    private void compare(String what, Tensor actual, String array) {
        assertClose(name + " " + what, actual, fixture.doubles(array), tolerance(name, what));
    }
}
