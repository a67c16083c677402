package inkling.core.nn;

import inkling.core.device.Kernels;
import inkling.core.ops.Tape;
import inkling.core.tensor.Parameters;
import inkling.core.tensor.Tensor;
import inkling.core.tensor.Workspace;
import java.lang.foreign.Arena;

/// A model with memory for its parameters and its steps, for tests.
///
/// Its arenas start full of NaN, so that a test fails if anything is read before it is written.
///
/// @param model the model
/// @param parameters its parameters
/// @param training a recording tape
/// @param inference an inference tape
public record SmallModel(TransformerLm model, Parameters parameters, Tape training, Tape inference) {
    private static final int WORKSPACE_FLOATS = 1 << 17;

    /// A model of zeros.
    public static SmallModel of(ModelConfig config, Kernels kernels) {
        return of(config, kernels, WORKSPACE_FLOATS);
    }

    /// A model of zeros with step arenas of this size.
    public static SmallModel of(ModelConfig config, Kernels kernels, int workspaceFloats) {
        var declarations = new Parameters.Declarations();
        TransformerLm model = TransformerLm.declare(config, declarations);
        Parameters parameters = declarations.allocate(Arena.ofAuto());
        return new SmallModel(
                model,
                parameters,
                Tape.recording(kernels, poisoned(workspaceFloats)),
                Tape.inference(kernels, poisoned(workspaceFloats)));
    }

    /// A workspace full of NaN.
    public static Workspace poisoned(int floats) {
        Workspace workspace = Workspace.allocate(Arena.ofAuto(), 4L * floats);
        Tensor all = workspace.take(floats);
        for (int i = 0; i < floats; i++) {
            all.set(i, Float.NaN);
        }
        workspace.reset();
        return workspace;
    }
}
