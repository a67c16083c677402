package inkling.core.ops;

import inkling.core.device.Store;
import inkling.core.tensor.ShapeException;
import inkling.core.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/// A value that gradients flow through: an activation, or an input of a computation.
///
/// Its gradient takes no memory until the backward pass first touches it, and an operation whose output has no
/// gradient is skipped. Variables are made by a [Tape] and live no longer than its step.
public final class Variable {
    private final Tape tape;
    private final Tensor value;
    private final Kind kind;
    private @Nullable Tensor gradient;
    private @Nullable Tensor companion;
    private int uses;
    private boolean overwritten;
    private boolean valueHandedOn;

    /// Where a variable's memory comes from, and whether it has a gradient.
    enum Kind {
        /// Given from outside, without gradient.
        CONSTANT,
        /// Given from outside; its gradient is what the caller wants to know.
        INPUT,
        /// Made by an operation in memory of its own.
        OUTPUT,
        /// Made by an operation in the memory of its input.
        IN_PLACE
    }

    Variable(Tape tape, Tensor value, Kind kind) {
        this.tape = tape;
        this.value = value;
        this.kind = kind;
    }

    /// The value.
    ///
    /// @throws IllegalStateException if an operation in place has replaced it
    public Tensor value() {
        if (overwritten) {
            throw new IllegalStateException(
                    "variable " + value.shapeText() + " was overwritten by an operation in place");
        }
        return value;
    }

    /// The gradient that the backward pass has computed.
    ///
    /// @throws IllegalStateException if there is none (yet)
    public Tensor gradient() {
        if (gradient == null) {
            throw new IllegalStateException("variable " + value.shapeText() + " has no gradient");
        }
        return gradient;
    }

    /// True once a backward pass has contributed to the gradient.
    public boolean hasGradient() {
        return gradient != null;
    }

    /// True where gradients shall flow to this variable.
    boolean wantsGradient() {
        return kind != Kind.CONSTANT;
    }

    /// For kernels that either overwrite or add: makes sure that the gradient has memory, and says how the
    /// first contribution ([Store#OVERWRITE]) and all later ones ([Store#ADD]) reach it.
    Store touchGradient() {
        if (gradient != null) {
            return Store.ADD;
        }
        gradient = tape.take(value.shape());
        return Store.OVERWRITE;
    }

    /// For kernels that only add: the gradient, zeros at first.
    Tensor addableGradient() {
        if (touchGradient() == Store.OVERWRITE) {
            tape.kernels().fill(gradient(), 0);
        }
        return gradient();
    }

    /// For kernels that only write: memory of this variable's shape, to be passed to [#contribute] when
    /// written.
    Tensor writableGradient() {
        return tape.take(value.shape());
    }

    /// As [#writableGradient], but hands out the value's own memory where no other operation reads it any more.
    Tensor writableGradientOverValue() {
        return gradient == null && uses == 1 && ownsValue() ? value : writableGradient();
    }

    /// Adds a finished contribution, made in memory of the tape, to the gradient. The first one becomes the
    /// gradient itself, without a copy.
    void contribute(Tensor contribution) {
        if (!wantsGradient()) {
            tape.release(contribution);
        } else if (gradient == null) {
            gradient = contribution;
        } else {
            tape.kernels().addScaled(gradient, contribution, 1);
            tape.release(contribution);
        }
    }

    /// Passes this output's gradient on to an input whose gradient is the same, without a copy where it is the
    /// first.
    void handGradientTo(Variable input) {
        Tensor passed = gradient();
        gradient = null;
        valueHandedOn = passed == value;
        input.contribute(passed);
    }

    /// A tensor that lives as long as this output: what the forward pass saves for the backward pass.
    Tensor takeCompanion(int... shape) {
        companion = tape.take(shape);
        return companion;
    }

    void markUsed() {
        uses++;
    }

    void markOverwritten() {
        if (uses > 0) {
            throw new IllegalStateException(
                    "variable " + value.shapeText() + " is read by another operation and cannot be changed in place");
        }
        overwritten = true;
    }

    boolean ownsValue() {
        return kind == Kind.OUTPUT || kind == Kind.IN_PLACE;
    }

    boolean sharesValueWith(Variable other) {
        return value == other.value;
    }

    void releaseCompanion() {
        if (companion != null) {
            tape.release(companion);
            companion = null;
        }
    }

    /// After the backward pass of the operation that made it: gives all its memory back.
    void releaseAll() {
        releaseCompanion();
        if (gradient != null && gradient != value) {
            tape.release(gradient);
        }
        gradient = null;
        if (kind == Kind.OUTPUT && !valueHandedOn) {
            tape.release(value);
        }
    }

    void seed(Tensor dOutput) {
        if (dOutput.size() != value.size()) {
            throw new ShapeException("backward", "gradient", dOutput, value.shapeText());
        }
        touchGradient();
        tape.kernels().copy(gradient(), dOutput);
    }
}
