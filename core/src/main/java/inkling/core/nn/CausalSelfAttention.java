package inkling.core.nn;

import inkling.core.device.HeadLayout;
import inkling.core.ops.Attention;
import inkling.core.ops.Tape;
import inkling.core.ops.Variable;
import inkling.core.tensor.Parameters;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Causal multi-head self-attention: `f(x) = concat_h(softmax(Q_h·K_hᵀ/√K + mask)·V_h)·W_Oᵀ`, with `Q =
/// rope(x·W_Qᵀ)`, `K = rope(x·W_Kᵀ)`, `V = x·W_Vᵀ`.
///
/// `x (N, D)`; `W_Q (H·K, D)`, `W_K`, `W_V (G·K, D)` are one stacked matrix; `W_O (D, H·K)`. With `G < H`
/// several query heads share a key and value head.
///
/// @see Attention the formula's derivative
/// @see <a href="https://arxiv.org/abs/1706.03762">Vaswani et al., 2017</a>
/// @see <a href="https://arxiv.org/abs/2305.13245">Ainslie et al., 2023 (grouped-query attention)</a>
public final class CausalSelfAttention implements ResidualLayer {
    private final int layer;
    private final HeadLayout heads;
    private final @Nullable RotaryEmbedding rotary;
    private final Linear inputProjection;
    private final Linear outputProjection;

    /// Declares the weights of layer number `layer` of a model.
    ///
    /// @param rotary how positions are known, or null if they are not
    public CausalSelfAttention(
            int layer, ModelConfig config, @Nullable RotaryEmbedding rotary, Parameters.Declarations declarations) {
        this.layer = layer;
        this.heads = config.heads();
        this.rotary = rotary;
        String name = "layers." + layer + ".attn.";
        this.inputProjection = Linear.stacked(
                List.of(name + "q_proj.weight", name + "k_proj.weight", name + "v_proj.weight"),
                config.dModel(),
                List.of(heads.queryWidth(), heads.keyValueWidth(), heads.keyValueWidth()),
                declarations);
        this.outputProjection =
                new Linear(name + "output_proj.weight", heads.queryWidth(), config.dModel(), declarations);
    }

    @Override
    public Variable forward(Tape tape, Variable x, Tokens tokens) {
        return outputProjection.forward(tape, attend(tape, x, tokens), tokens);
    }

    @Override
    public Variable addTo(Tape tape, Variable residual, Variable x, Tokens tokens) {
        return outputProjection.addTo(tape, residual, attend(tape, x, tokens), tokens);
    }

    private Variable attend(Tape tape, Variable x, Tokens tokens) {
        Variable qkv = inputProjection.forward(tape, x, tokens);
        if (rotary != null) {
            qkv = rotary.forward(tape, qkv, tokens, heads);
        }
        return switch (tokens) {
            case Tokens.Sequences sequences -> Attention.apply(tape, qkv, sequences.attentionShape(heads));
            case Tokens.Continuation continuation -> attendCached(tape, qkv, continuation.cache());
        };
    }

    private Variable attendCached(Tape tape, Variable qkv, KeyValueCache cache) {
        return Attention.cached(tape, qkv, cache.keys(layer), cache.values(layer), cache.length(), heads);
    }
}
