package inkling.core.nn;

import inkling.core.device.HeadLayout;
import inkling.core.ops.Rotation;
import inkling.core.ops.Tape;
import inkling.core.ops.Variable;
import inkling.core.tensor.Ids;
import inkling.core.tensor.Tensor;
import java.lang.foreign.Arena;

/// Rotary position embedding: the angles `p·θ^(−2j/K)` of every position `p` and pair `j`, computed once in
/// double precision, and their use.
///
/// @see <a href="https://arxiv.org/abs/2104.09864">Su et al., 2021</a>
public final class RotaryEmbedding {
    private final Tensor angles;

    /// Computes cosines and sines for positions `0 … positions−1` and heads of this (even) width.
    public RotaryEmbedding(double theta, int headWidth, int positions) {
        angles = Tensor.allocate(Arena.ofAuto(), positions, headWidth);
        for (int j = 0; j < headWidth; j += 2) {
            double frequency = Math.pow(theta, -(double) j / headWidth);
            for (int p = 0; p < positions; p++) {
                angles.set((long) p * headWidth + j, (float) Math.cos(p * frequency));
                angles.set((long) p * headWidth + j + 1, (float) Math.sin(p * frequency));
            }
        }
    }

    /// Rotates the query and key heads of every row by the angles of its position, in place: only the result
    /// can be read afterwards.
    public Variable forward(Tape tape, Variable x, Tokens tokens, HeadLayout heads) {
        return rotate(tape, x, tokens.positions(), heads);
    }

    /// The same for rows at any positions.
    public Variable rotate(Tape tape, Variable x, Ids positions, HeadLayout heads) {
        return Rotation.apply(tape, x, angles, positions, heads);
    }
}
