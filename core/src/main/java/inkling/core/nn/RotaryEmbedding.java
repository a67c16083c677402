package inkling.core.nn;

import inkling.core.device.HeadLayout;
import inkling.core.ops.Rotation;
import inkling.core.ops.Tape;
import inkling.core.ops.Variable;
import inkling.core.tensor.Ids;
import inkling.core.tensor.Tensor;
import java.lang.foreign.Arena;

/// Rotary position embedding: the angles `p·θ^(−2j/K)` of every position `p` and pair `j`, computed once in
/// double precision when they are needed first (a run that only counts never needs them), and their use.
///
/// @see <a href="https://arxiv.org/abs/2104.09864">Su et al., 2021</a>
public final class RotaryEmbedding {
    private final double theta;
    private final int headWidth;
    private final int positions;
    private Tensor angles;

    /// For positions `0 … positions−1` and heads of this (even) width.
    public RotaryEmbedding(double theta, int headWidth, int positions) {
        this.theta = theta;
        this.headWidth = headWidth;
        this.positions = positions;
        this.angles = Tensor.virtual(positions, headWidth);
    }

    /// Cosines and sines of all positions.
    private Tensor computed() {
        Tensor computed = Tensor.allocate(Arena.ofAuto(), positions, headWidth);
        for (int j = 0; j < headWidth; j += 2) {
            double frequency = Math.pow(theta, -(double) j / headWidth);
            for (int p = 0; p < positions; p++) {
                computed.set((long) p * headWidth + j, (float) Math.cos(p * frequency));
                computed.set((long) p * headWidth + j + 1, (float) Math.sin(p * frequency));
            }
        }
        return computed;
    }

    /// Rotates the query and key heads of every row by the angles of its position, in place: only the result
    /// can be read afterwards.
    public Variable forward(Tape tape, Variable x, Tokens tokens, HeadLayout heads) {
        return rotate(tape, x, tokens.positions(), heads);
    }

    /// The same for rows at any positions.
    public Variable rotate(Tape tape, Variable x, Ids rows, HeadLayout heads) {
        if (angles.isVirtual() && !x.value().isVirtual()) {
            angles = computed();
        }
        return Rotation.apply(tape, x, angles, rows, heads);
    }
}
