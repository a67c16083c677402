package inkling.core.check;

import inkling.core.check.References.Worst;
import inkling.core.ops.Tape;
import inkling.core.ops.Variable;
import inkling.core.tensor.Initializer;
import inkling.core.tensor.Parameter;
import inkling.core.tensor.Parameters;
import inkling.core.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// One reference of a part of the model: inputs, weights, the answer, a cotangent and all gradients.
final class PartCase {
    private static final int WORKSPACE_BYTES = 1 << 21;

    private final References references;
    private final String name;
    private final NpzArrays arrays;
    private final Arena arena;
    private final Tape tape;
    private final Parameters.Declarations declarations = new Parameters.Declarations();
    private final Worst worst = new Worst();

    /// What is computed from the inputs.
    @FunctionalInterface
    interface Computation {
        Variable run(Tape tape, List<Variable> inputs);
    }

    PartCase(References references, String name, Arena arena) throws IOException {
        this.references = references;
        this.name = name;
        this.arrays = references.arrays(name);
        this.arena = arena;
        this.tape = Tape.recording(references.kernels(), References.workspace(arena, WORKSPACE_BYTES));
    }

    NpzArrays arrays() {
        return arrays;
    }

    Tape tape() {
        return tape;
    }

    Parameters.Declarations declarations() {
        return declarations;
    }

    int number(String argument) throws IOException {
        return (int) arrays.number(argument);
    }

    /// The comparison that came closest to its tolerance.
    Worst worst() {
        return worst;
    }

    /// Declares a matrix of the reference as a parameter.
    Parameter matrix(String array) throws IOException {
        int[] shape = arrays.shape(array);
        return declarations.matrix(array, new Initializer.Constant(0), shape[0], shape[1]);
    }

    /// Runs the computation on the named inputs, with weights loaded under the given names (state-dict name to array),
    /// and compares the output and all gradients.
    void compare(List<String> inputs, Map<String, String> weights, Computation computation) throws IOException {
        Parameters parameters = declarations.allocate(arena);
        for (Map.Entry<String, Tensor> weight : parameters.stateDict().entrySet()) {
            weight.getValue().copyFrom(arrays.floats(weights.getOrDefault(weight.getKey(), weight.getKey())));
        }
        List<Variable> variables = new ArrayList<>();
        for (String input : inputs) {
            variables.add(tape.input(arrays.tensor(input)));
        }
        Variable output = computation.run(tape, variables);
        add(output.value(), "out", "out64");
        tape.backward(output, arrays.tensor("dout"));
        for (int i = 0; i < inputs.size(); i++) {
            String gradient = "d" + inputs.get(i);
            add(variables.get(i).gradient(), gradient, gradient);
        }
        for (Map.Entry<String, Tensor> weight : parameters.gradientDict().entrySet()) {
            String gradient = "d" + weights.getOrDefault(weight.getKey(), weight.getKey());
            add(weight.getValue(), gradient, gradient);
        }
    }

    /// Compares one result.
    void add(Tensor actual, String what, String array) throws IOException {
        add(actual, what, arrays.doubles(array));
    }

    /// Compares one result with expected values, within the tolerance of the array of that name.
    void add(Tensor actual, String what, double... expected) throws IOException {
        worst.add(References.relativeError(actual, expected), references.tolerance(name, what));
    }
}
