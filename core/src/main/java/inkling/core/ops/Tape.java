package inkling.core.ops;

import inkling.core.device.Kernels;
import inkling.core.tensor.Ids;
import inkling.core.tensor.Tensor;
import inkling.core.tensor.Workspace;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where operations run: the kernels, the step arena, and the list of what to do backwards.
///
/// A *recording* tape remembers every operation; [#backward()] walks the list from its end and calls each
/// operation's derivative. As soon as that has happened, the operation's output and gradient go back to the
/// arena, so that the backward pass needs little more memory than the forward pass left behind. An *inference*
/// tape remembers nothing; [#keepOnly] gives back what a finished part of a model leaves behind.
///
/// A tape belongs to one thread. Its variables live until [#reset].
public final class Tape {
    /// The derivative of one operation: reads the gradient of its output, contributes to those of its inputs.
    @FunctionalInterface
    interface Backward {
        /// Contributes to the gradients of the inputs.
        void run();
    }

    private record Entry(Variable output, Backward backward) {}

    private final Kernels kernels;
    private final Workspace workspace;
    private final boolean recording;
    private final List<Entry> entries = new ArrayList<>();
    private final List<Variable> outputs = new ArrayList<>();
    private Ids positions = Ids.virtual(0);
    private int positionsTime;

    private Tape(Kernels kernels, Workspace workspace, boolean recording) {
        this.kernels = kernels;
        this.workspace = workspace;
        this.recording = recording;
    }

    /// A tape for training.
    public static Tape recording(Kernels kernels, Workspace workspace) {
        return new Tape(kernels, workspace, true);
    }

    /// A tape for evaluation and generation: no gradients.
    public static Tape inference(Kernels kernels, Workspace workspace) {
        return new Tape(kernels, workspace, false);
    }

    /// What the operations compute with.
    public Kernels kernels() {
        return kernels;
    }

    /// True where a backward pass may follow.
    public boolean isRecording() {
        return recording;
    }

    /// Starts the next step: forgets all operations, and all memory of the arena is free again.
    public void reset() {
        entries.clear();
        outputs.clear();
        workspace.reset();
    }

    /// A given value that no gradient is wanted for.
    public Variable constant(Tensor value) {
        return new Variable(this, value, Variable.Kind.CONSTANT);
    }

    /// A given value whose gradient is wanted; it can be read after [#backward] until [#reset].
    public Variable input(Tensor value) {
        return new Variable(this, value, Variable.Kind.INPUT);
    }

    /// Runs every recorded operation backwards and forgets it. Something must have set a gradient to start
    /// from, as [LanguageModelLoss] does.
    public void backward() {
        if (!recording) {
            throw new IllegalStateException("backward: this tape records nothing (it is for inference)");
        }
        for (int i = entries.size() - 1; i >= 0; i--) {
            Entry entry = entries.remove(i);
            if (entry.output.hasGradient()) {
                entry.backward.run();
            }
            entry.output.releaseAll();
        }
    }

    /// Runs backwards from one variable, whose gradient is given.
    public void backward(Variable from, Tensor dFrom) {
        from.seed(dFrom);
        backward();
    }

    /// Runs backwards from a scalar loss: its gradient with respect to itself is 1.
    public void backward(Variable loss) {
        loss.touchGradient();
        kernels.fill(loss.gradient(), 1);
        backward();
    }

    /// A mark for [#keepOnly].
    public int mark() {
        return outputs.size();
    }

    /// On an inference tape, gives back the memory of all variables made since the mark, but for one. On a
    /// recording tape nothing happens: the backward pass reads them.
    public void keepOnly(Variable kept, int sinceMark) {
        if (recording) {
            return;
        }
        @Nullable Variable owner = null;
        for (int i = outputs.size() - 1; i >= sinceMark; i--) {
            Variable output = outputs.remove(i);
            if (output.sharesValueWith(kept)) {
                owner = output;
            } else {
                output.releaseAll();
            }
        }
        if (owner != null) {
            outputs.add(owner);
        }
    }

    /// Positions `0 … time−1`, once for every sequence of a batch.
    public Ids positions(int batch, int time) {
        if (positions.size() != batch * time || positionsTime != time) {
            int[] values = new int[batch * time];
            for (int i = 0; i < values.length; i++) {
                values[i] = i % time;
            }
            positions = Ids.of(values);
            positionsTime = time;
        }
        return positions;
    }

    /// A variable in new memory of this shape, for an operation to write.
    Variable output(int... shape) {
        Variable output = new Variable(this, workspace.take(shape), Variable.Kind.OUTPUT);
        if (!recording) {
            outputs.add(output);
        }
        return output;
    }

    /// A variable for the output of an operation that changes its input in place; the input cannot be read any
    /// more. An input given from outside is not changed: the operation works on a copy.
    Variable outputInPlaceOf(Variable input) {
        if (!input.ownsValue()) {
            Variable copy = output(input.value().shape());
            kernels.copy(copy.value(), input.value());
            return copy;
        }
        Tensor value = input.value();
        input.markOverwritten();
        return new Variable(this, value, Variable.Kind.IN_PLACE);
    }

    /// Remembers an operation that has been computed.
    void record(Variable output, Backward backward, Variable... inputs) {
        for (Variable input : inputs) {
            input.markUsed();
        }
        if (recording) {
            entries.add(new Entry(output, backward));
        } else {
            output.releaseCompanion();
        }
    }

    Tensor take(int... shape) {
        return workspace.take(shape);
    }

    void release(Tensor tensor) {
        workspace.release(tensor);
    }
}
