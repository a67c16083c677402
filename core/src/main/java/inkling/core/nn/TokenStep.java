package inkling.core.nn;

import inkling.core.device.Kernels;
import inkling.core.device.replay.ReplayKernels;
import inkling.core.ops.Tape;
import inkling.core.tensor.Ids;
import inkling.core.tensor.Tensor;
import inkling.core.tensor.Workspace;
import java.lang.foreign.Arena;

/// A model, a growing sequence and the logits of what comes next.
///
/// Tokens that come together (a prompt) go through the model's layers. A single token takes the same kernel calls on
/// the same tensors as the single token before it, so these are remembered once and repeated: it costs no object and no
/// look at the layers.
public final class TokenStep {
    private final TransformerLm model;
    private final ReplayKernels kernels;
    private final Tape tape;
    private final KeyValueCache cache;
    private final Ids token;
    private Tensor logits = Tensor.virtual(0);
    private int recordedAt;

    /// An empty sequence of at most the model's context length.
    ///
    /// @param workspaceBytes as [StepMemory#generation] says
    public TokenStep(TransformerLm model, Kernels kernels, Arena arena, long workspaceBytes) {
        this.model = model;
        this.kernels = new ReplayKernels(kernels);
        this.tape = Tape.inference(this.kernels, Workspace.allocate(arena, workspaceBytes));
        this.cache =
                KeyValueCache.allocate(arena, model.config(), model.config().contextLength());
        this.token = Ids.allocate(arena, 1);
    }

    /// Tokens of the sequence.
    public int length() {
        return cache.length();
    }

    /// Starts a new sequence with these tokens; gives the logits `(1, V)` of what follows, valid until the next call.
    public Tensor start(int... tokens) {
        cache.truncate(0);
        return model.next(tape, Ids.of(tokens), cache);
    }

    /// Appends a token; gives the logits `(1, V)` of what follows, valid until the next call.
    public Tensor append(int id) {
        token.set(0, id);
        if (kernels.hasRecording()) {
            Ids _ = cache.nextPositions(1);
            kernels.replay(cache.length() - recordedAt);
            cache.advance(1);
        } else {
            recordedAt = cache.length();
            kernels.startRecording();
            logits = model.next(tape, token, cache);
            kernels.stopRecording();
        }
        return logits;
    }
}
