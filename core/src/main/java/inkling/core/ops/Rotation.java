package inkling.core.ops;

import inkling.core.device.HeadLayout;
import inkling.core.tensor.Ids;
import inkling.core.tensor.Tensor;

/// Rotary position embedding (RoPE): the pairs `(2j, 2j+1)` of every query and key head are rotated by an angle
/// that grows with the position, `(a, b) → (a·cos φ − b·sin φ, a·sin φ + b·cos φ)`, `φ = p·θ^(−2j/K)`.
///
/// `x (N, (H+2G)·K)`, changed in place; value heads stay as they are.
///
/// Backward: the inverse of a rotation is its transpose, so `dx` is `dy` rotated by `−φ`, again in place.
///
/// @see <a href="https://arxiv.org/abs/2104.09864">Su et al., 2021</a>
public final class Rotation {
    private Rotation() {}

    /// Rotates row `i` by the angles of `positions[i]`; `angles (positions, K)` as in
    /// [inkling.core.device.Kernels#rope]. `x` cannot be read afterwards, only the result can.
    public static Variable apply(Tape tape, Variable x, Tensor angles, Ids positions, HeadLayout heads) {
        Variable y = tape.outputInPlaceOf(x);
        tape.kernels().rope(y.value(), angles, positions, heads, false);
        tape.record(
                y,
                () -> {
                    tape.kernels().rope(y.gradient(), angles, positions, heads, true);
                    y.handGradientTo(x);
                },
                x);
        return y;
    }
}
