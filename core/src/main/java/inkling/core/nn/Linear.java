package inkling.core.nn;

import inkling.core.ops.LinearMap;
import inkling.core.ops.Tape;
import inkling.core.ops.Variable;
import inkling.core.tensor.Initializer;
import inkling.core.tensor.Parameter;
import inkling.core.tensor.Parameters;
import java.util.ArrayList;
import java.util.List;

/// A linear map without bias, `y = x·Wᵀ`, `x (N, in)`, `W (out, in)`, `y (N, out)`.
///
/// A *stacked* one stands for several maps of the same input, with their weights below each other and their
/// outputs side by side.
public final class Linear implements ResidualLayer {
    private final Parameter weight;

    /// Declares the weight.
    public Linear(String name, int in, int out, Parameters.Declarations declarations) {
        this(declarations.matrix(name, Initializer.linear(in, out), out, in));
    }

    private Linear(Parameter weight) {
        this.weight = weight;
    }

    /// Declares several weights as one: the map with the name at a place has the output width at that place.
    public static Linear stacked(List<String> names, int in, List<Integer> outs, Parameters.Declarations declarations) {
        List<Parameter.Part> parts = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            parts.add(new Parameter.Part(names.get(i), outs.get(i), Initializer.linear(in, outs.get(i))));
        }
        return new Linear(declarations.stacked(parts, in));
    }

    @Override
    public Variable forward(Tape tape, Variable x, Tokens tokens) {
        return LinearMap.apply(tape, x, weight);
    }

    @Override
    public Variable addTo(Tape tape, Variable residual, Variable x, Tokens tokens) {
        return LinearMap.addTo(tape, residual, x, weight);
    }
}
