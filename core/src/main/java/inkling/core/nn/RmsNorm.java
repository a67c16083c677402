package inkling.core.nn;

import inkling.core.ops.RmsScaling;
import inkling.core.ops.Tape;
import inkling.core.ops.Variable;
import inkling.core.tensor.Initializer;
import inkling.core.tensor.Parameter;
import inkling.core.tensor.Parameters;

/// Root-mean-square norm with a learned gain: `y = x / √(mean(x²) + ε) · g`.
///
/// @see <a href="https://arxiv.org/abs/1910.07467">Zhang and Sennrich, 2019</a>
public final class RmsNorm implements Layer {
    private final Parameter gain;
    private final float epsilon;

    /// Declares the gain, which starts at 1.
    public RmsNorm(String name, int width, float epsilon, Parameters.Declarations declarations) {
        this.gain = declarations.vector(name, new Initializer.Constant(1), width);
        this.epsilon = epsilon;
    }

    @Override
    public Variable forward(Tape tape, Variable x, Tokens tokens) {
        return RmsScaling.apply(tape, x, gain, epsilon);
    }
}
