package inkling.core.ops;

import inkling.core.device.AttentionShape;
import inkling.core.device.HeadLayout;
import inkling.core.tensor.Tensor;

/// Causal self-attention over whole sequences: `y_t = Σ_{s≤t} P_ts · v_s`, `P_ts = softmax_s(q_t·k_s/√K)`, for
/// every head.
///
/// `qkv (N, (H+2G)·K)`, each row the queries, keys and values of one token side by side; `y (N, H·K)`. The
/// scores are never stored: one number for each row of them, `logSumExp (B·H, T)`, is enough to compute them
/// again.
///
/// Backward: with `P` recomputed from `logSumExp`, `dV = Pᵀ·dY`; `dP = dY·Vᵀ`; through the softmax `dS = P∘(dP
/// − rowsum(P∘dP))`, where `rowsum(P∘dP) = rowsum(dY∘Y)`; and `dQ = dS·K/√K`, `dK = dSᵀ·Q/√K`. With fewer key
/// and value heads than query heads, `dK` and `dV` sum over the query heads that share them.
///
/// @see <a href="https://arxiv.org/abs/2205.14135">Dao et al., 2022</a>
/// @see MaskedAttention the textbook form, for any mask
public final class Attention {
    private Attention() {}

    /// Attends within every sequence.
    public static Variable apply(Tape tape, Variable qkv, AttentionShape shape) {
        HeadLayout heads = shape.heads();
        Variable y = tape.output(shape.rows(), heads.queryWidth());
        Tensor logSumExp = y.takeCompanion(shape.batch() * heads.queryHeads(), shape.time());
        tape.kernels().attention(y.value(), logSumExp, qkv.value(), shape);
        tape.record(
                y,
                () -> {
                    Tensor dQkv = qkv.writableGradient();
                    tape.kernels().attentionBackward(dQkv, y.gradient(), qkv.value(), y.value(), logSumExp, shape);
                    qkv.contribute(dQkv);
                },
                qkv);
        return y;
    }

    /// Attention of new tokens to everything in a cache and to each other, for generation; there is no backward
    /// pass.
    ///
    /// `qkv (n, (H+2G)·K)` are the tokens at positions `start …`; `keys` and `values` `(G, capacity, K)`
    /// receive theirs.
    public static Variable cached(Tape tape, Variable qkv, Tensor keys, Tensor values, int start, HeadLayout heads) {
        if (tape.isRecording()) {
            throw new IllegalStateException("attention over a cache has no backward pass: use an inference tape");
        }
        Variable y = tape.output(qkv.value().rows(), heads.queryWidth());
        tape.kernels().attentionCached(y.value(), qkv.value(), keys, values, start, heads);
        tape.record(y, () -> {}, qkv);
        return y;
    }
}
