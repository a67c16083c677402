package inkling.core.accounting;

import inkling.core.nn.FeedForwardSpec;
import inkling.core.nn.ModelConfig;
import inkling.core.ops.LanguageModelLoss;
import inkling.core.tensor.Tensor;

/// The step arena of this program in closed form: what one (micro-)batch of `B` sequences holds at its peak, to the
/// byte, without running anything.
///
/// With `N = B·T` rows, and every tensor rounded up to a multiple of 64 bytes,
///
/// `arena = kept + 4·N + max(head, down, attention)`, `kept = 4·N·(D + L·row + D + 1)`,
///
/// `row = norms·(D + 1) + (D + 2·G·K) + D + H + D + m·F + D`,
///
/// where `norms` is 2 or 0, `m` 3 for SwiGLU and 2 without gate; the last `D + 1` is there with a final norm only. The
/// peak comes right after the forward pass, in one of three places:
///
/// - `head`: a chunk of logits beside the gradient of the hidden states;
/// - `down`: the last layer's `W2` on the way back, where its input's gradient finds no room that is free already;
/// - `attention`: the last layer's Q, K and V on the way back, where theirs finds none; only where `F` is less than
/// `D`.
///
/// The formula knows how [inkling.core.tensor.Workspace] looks for room, so it changes when that or a layer's order of
/// operations does; a test holds it to the arena of the real program, for every variant and odd sizes.
///
/// @param config the architecture
/// @param sequences `B`
/// @param time `T`
public record StepArena(ModelConfig config, long sequences, long time) {
    /// Refuses shapes that tensors cannot have.
    ///
    /// @throws ArithmeticException if there are more rows than an `int` counts
    public StepArena {
        Math.toIntExact(Math.multiplyExact(sequences, time));
    }

    /// Bytes for the forward and backward pass.
    public long trainingBytes() {
        return keptBytes() + lossesBytes() + peakAboveBytes();
    }

    /// Activations that wait for the backward pass.
    public long keptBytes() {
        return model() + config.numLayers() * keptPerLayerBytes() + Sizes.finalNorms(config) * (model() + column());
    }

    /// The part of it that each layer adds.
    public long keptPerLayerBytes() {
        return norms() * (model() + column()) + qkv() + logSumExpBytes() + 3 * model() + feedForward();
    }

    /// One loss for every row.
    public long lossesBytes() {
        return column();
    }

    /// The most that stands above activations and losses at one time: logits and gradients on their way back.
    public long peakAboveBytes() {
        long head = model() + logitsBytes();
        if (norms() == 0) {
            long down = model() + hidden();
            long attention = qkv() > feedForward() ? model() + qkv() : 0;
            return Math.max(head, Math.max(down, attention));
        }
        long norm = model() + column();
        long down = 2 * model() + (hidden() > norm ? hidden() : 0);
        long attention = switch (config.placement()) {
            case PRE -> qkv() > feedForward() + 2 * norm ? 2 * model() + qkv() : 0;
            case POST -> qkv() > feedForward() + norm ? qkv() : 0;
        };
        return Math.max(head, Math.max(down, attention));
    }

    /// Logits of as many rows as are computed at once.
    public long logitsBytes() {
        return aligned(4 * logitsRows() * config.vocabularySize());
    }

    /// Rows whose logits are computed at once.
    public long logitsRows() {
        return LanguageModelLoss.chunkRows(config.vocabularySize(), rows());
    }

    /// One number for every head and row, from which attention's backward pass finds the softmax again.
    public long logSumExpBytes() {
        return bytes(config.numHeads());
    }

    /// One number for every row, of a norm.
    public long column() {
        return bytes(1);
    }

    /// Bytes for computing losses without gradients. A layer's output stays alone; its inputs go.
    public long evaluationBytes() {
        long layer = norms() * model() + qkv() + 3 * model() + feedForward();
        boolean odd = config.numLayers() % 2 == 1; // the outputs of layers take turns in two places
        long end = odd ? model() + layer : layer;
        long finalNorm = Sizes.finalNorms(config) * model();
        boolean fitsBelow = finalNorm + column() + logitsBytes() <= end - model();
        long lastNorm = norms() > 0 && finalNorm == 0 ? column() : 0;
        return Math.max(model() + layer + lastNorm, fitsBelow ? 0 : end + logitsBytes());
    }

    private int norms() {
        return Sizes.normsPerLayer(config);
    }

    private long rows() {
        return sequences * time;
    }

    private long model() {
        return bytes(config.dModel());
    }

    private long qkv() {
        return bytes(config.heads().fusedWidth());
    }

    private long hidden() {
        return bytes(config.feedForward().width());
    }

    private long feedForward() {
        return switch (config.feedForward()) {
            case FeedForwardSpec.SwiGlu(int width) -> bytes(2L * width) + hidden();
            case FeedForwardSpec.Silu _ -> 2 * hidden();
        };
    }

    private long bytes(long width) {
        return aligned(Math.multiplyExact(4 * rows(), width));
    }

    static long aligned(long bytes) {
        return Math.ceilDiv(bytes, Tensor.ALIGNMENT_BYTES) * Tensor.ALIGNMENT_BYTES;
    }
}
