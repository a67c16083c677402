package inkling.core.device;

import inkling.core.tensor.Ids;
import inkling.core.tensor.PackedMatrix;
import inkling.core.tensor.Tensor;

/// Everything a machine must be able to do for the layers above: the seam of the numeric core.
///
/// Rules that hold for every method and every implementation:
///
/// - Outputs come first and are given by the caller; nothing is allocated, nothing is returned but scalars.
/// - "written" outputs are never read before they are written; "added" outputs are added to. Gradients of
///   parameters are always added.
/// - Tensors are taken as matrices of rows × columns. Outputs overlap no input unless the method says that they
///   may.
/// - Shapes are checked once, before the loop; a wrong one throws [inkling.core.tensor.ShapeException].
/// - The same inputs give the same bits, whatever the number of threads.
/// - Token ids and positions are trusted here; who makes them checks them.
///
/// Symbols: see the package [inkling.core.tensor].
public interface Kernels extends AutoCloseable {
    /// A short name of the device for messages and reports.
    String name();

    /// Matrix product: `C = op(A)·op(B)`, or `C += op(A)·op(B)`.
    ///
    /// | tensor | NN | NT | TN |
    /// |---|---|---|---|
    /// | `c` | `(m, n)` | `(m, n)` | `(m, n)` |
    /// | `a` | `(m, k)` | `(m, k)` | `(k, m)` |
    /// | `b` | `(k, n)` | `(n, k)` | `(k, n)` |
    void matmul(Tensor c, Tensor a, Tensor b, Product product, Store store);

    /// Matrix product with a weight laid out for generation: `C = A·Bᵀ`, or `C += A·Bᵀ`; sums are of 32-bit floats.
    ///
    /// `c (m, n)`, `a (m, k)`, `b (n, k)`.
    void matmulPacked(Tensor c, Tensor a, PackedMatrix b, Store store);

    /// Looks up rows of a table: `y[i] = table[ids[i]]`; `y (N, D)`, `table (V, D)`.
    void embed(Tensor y, Tensor table, Ids ids);

    /// [#embed] with a table laid out for generation.
    void embedPacked(Tensor y, PackedMatrix table, Ids ids);

    /// Gradient of [#embed]: `dTable[ids[i]] += dy[i]`, added in the order of `i`.
    void embedBackward(Tensor dTable, Tensor dy, Ids ids);

    /// Scales every row to unit root-mean-square, then by a gain: `y = x · r · g`, `r = 1/√(mean(x²) + ε)`.
    ///
    /// `y`, `x` `(N, D)`; `inverseRms` `(N, 1)`, written for the backward pass; `gain` `(D)`.
    /// @see <a href="https://arxiv.org/abs/1910.07467">Zhang and Sennrich, 2019</a>
    void rmsNorm(Tensor y, Tensor inverseRms, Tensor x, Tensor gain, float epsilon);

    /// Gradient of [#rmsNorm]; adds to `dx` and `dGain`.
    ///
    /// With `h = g·dy`: `dx += r·h − x · r³ · (h·x)/D` for each row, `dGain += Σ_rows dy · x · r`.
    void rmsNormBackward(Tensor dx, Tensor dGain, Tensor dy, Tensor x, Tensor gain, Tensor inverseRms);

    /// Rotates the pairs `(2j, 2j+1)` of every query and key head in place (RoPE); value heads stay.
    ///
    /// `(a, b) → (a·cos − b·sin, a·sin + b·cos)`, with the angle of row `i` taken from `angles[positions[i]]`.
    ///
    /// `x (N, (H+2G)·K)`; `angles (positions, K)` holds `cos, sin` pairs: column `2j` is `cos(p·θ^(−2j/K))`,
    /// column `2j+1` the sine. `inverse` rotates backwards, which is also the gradient: a rotation's transpose
    /// is its inverse.
    /// @see <a href="https://arxiv.org/abs/2104.09864">Su et al., 2021</a>
    void rope(Tensor x, Tensor angles, Ids positions, HeadLayout heads, boolean inverse);

    /// Causal self-attention of whole sequences: `y_t = Σ_{s≤t} softmax_s(q_t·k_s/√K) · v_s` for every head.
    ///
    /// `y (N, H·K)`; `logSumExp (B·H, T)`, written for the backward pass: `log Σ_s exp(q_t·k_s/√K)`; `qkv (N,
    /// (H+2G)·K)`, rows in the order of [HeadLayout].
    void attention(Tensor y, Tensor logSumExp, Tensor qkv, AttentionShape shape);

    /// Gradient of [#attention]; writes `dQkv`, which has the shape of `qkv`.
    ///
    /// With `P = softmax(scores)`, recomputed from `logSumExp`: `dV = Pᵀ·dY`, `dP = dY·Vᵀ`, `dS = P∘(dP −
    /// rowsum(dY∘Y))`, `dQ = dS·K/√K`, `dK = dSᵀ·Q/√K`.
    void attentionBackward(Tensor dQkv, Tensor dy, Tensor qkv, Tensor y, Tensor logSumExp, AttentionShape shape);

    /// Self-attention of new tokens over a cache (generation, one sequence).
    ///
    /// The rows of `qkv (n, (H+2G)·K)` are the tokens at positions `start … start+n−1`. Their keys and values
    /// are stored in `keys` and `values` `(G, capacity, K)` first; then each token attends to all positions up
    /// to its own. `y (n, H·K)`.
    void attentionCached(Tensor y, Tensor qkv, Tensor keys, Tensor values, int start, HeadLayout heads);

    /// Gated unit: `y = silu(gate) · up`, with `silu(x) = x/(1+e^(−x))`; `y (N, F)`, `gateUp (N, 2F)` = gate
    /// columns, then up columns.
    /// @see <a href="https://arxiv.org/abs/2002.05202">Shazeer, 2020</a>
    void swiGlu(Tensor y, Tensor gateUp);

    /// Gradient of [#swiGlu]; writes `dGateUp`, which may be the same tensor as `gateUp`.
    ///
    /// `dGate = dy · up · σ(gate)(1 + gate(1 − σ(gate)))`, `dUp = dy · silu(gate)`.
    void swiGluBackward(Tensor dGateUp, Tensor dy, Tensor gateUp);

    /// `y = x/(1+e^(−x))`, element by element.
    void silu(Tensor y, Tensor x);

    /// Gradient of [#silu]; writes `dx`, which may be the same tensor as `x` or `dy`: `dx = dy · σ(x)(1 + x(1 −
    /// σ(x)))`.
    void siluBackward(Tensor dx, Tensor dy, Tensor x);

    /// Softmax of every row: `y = e^(x − max)/Σ e^(x − max)`; `y` may be the same tensor as `x`. A row of
    /// nothing but −∞ gives zeros.
    void softmax(Tensor y, Tensor x);

    /// Logarithm of [#softmax] without the detour: `y = x − log Σ e^x`; `y` may be the same tensor as `x`.
    void logSoftmax(Tensor y, Tensor x);

    /// Gradient of [#softmax]; writes `dx`, which may be the same tensor as `dy`: `dx = y∘(dy − rowsum(dy∘y))`.
    void softmaxBackward(Tensor dx, Tensor dy, Tensor y);

    /// Cross-entropy of every row, in place of a full log-softmax: `losses[i] = log Σ_j e^(logits[i,j]) −
    /// logits[i, targets[i]]`.
    ///
    /// `losses (N, 1)`, `logits (N, V)`, unchanged.
    void crossEntropy(Tensor losses, Tensor logits, Ids targets);

    /// [#crossEntropy], and the gradient of `scale · Σ losses` in place of the logits: `logits ←
    /// (softmax(logits) − onehot(target))·scale`.
    void crossEntropyWithGradient(Tensor losses, Tensor logits, Ids targets, float scale);

    /// Sets every element to a value.
    void fill(Tensor x, float value);

    /// `y = x`, element by element.
    void copy(Tensor y, Tensor x);

    /// `y += scale · x`, element by element.
    void addScaled(Tensor y, Tensor x, float scale);

    /// `x *= factor`, element by element.
    void scale(Tensor x, float factor);

    /// Sum of the squares of all elements, added in double precision in a fixed order.
    double sumOfSquares(Tensor x);

    /// One step of AdamW over a run of parameters, in one pass; see [AdamWStep] for the formula. All four
    /// tensors have the same size; `gradients` is read only, the others are updated.
    /// @see <a href="https://arxiv.org/abs/1711.05101">Loshchilov and Hutter, 2019</a>
    void adamW(Tensor parameters, Tensor gradients, Tensor firstMoment, Tensor secondMoment, AdamWStep step);

    /// Ends the device's threads.
    @Override
    void close();
}
