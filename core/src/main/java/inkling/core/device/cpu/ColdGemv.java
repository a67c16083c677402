package inkling.core.device.cpu;

import inkling.core.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// One worker's rows of [GemvKernel] while a program is cold: in plain loops, with the same sums to the bit.
///
/// Vector code that is not compiled yet makes an object for every operation, a hundred times the work of a plain loop.
/// So rows go to the plain loop, and now and then to the vector loop, which needs the calls to be compiled: about as
/// much time for each, until the vector loop is not slower any more. Lane `l` of a vector is number `l` of an array
/// here.
final class ColdGemv {
    /// Runs in a row in which the vector loop must have been fast.
    private static final int PROOFS = 3;

    private float[] x = {};
    private float[] row = {};
    private final float[] lanes = new float[Lanes.COUNT];
    private long plainNanos;
    private long vectorNanos;
    private double plainRate;
    private int proofs;

    /// True once the vector loop has been compiled.
    boolean isWarm() {
        return proofs >= PROOFS;
    }

    /// True where it is the vector loop's turn.
    boolean wantsVectors() {
        return vectorNanos < plainNanos;
    }

    /// Takes note of how long so many multiply-adds took.
    void took(boolean vectors, long nanos, long work) {
        double rate = (double) nanos / work;
        if (!vectors) {
            plainNanos += nanos;
            plainRate = rate;
            return;
        }
        vectorNanos += nanos;
        proofs = rate <= 2 * plainRate ? proofs + 1 : 0;
    }

    /// Copies the few rows, each filled up with zeros to whole vectors.
    void begin(MemorySegment a, int m, int k) {
        int padded = Lanes.padded(k);
        if (x.length < m * padded) {
            x = new float[m * padded];
        }
        Arrays.fill(x, 0, m * padded, 0);
        for (int i = 0; i < m; i++) {
            MemorySegment.copy(a, Tensor.LAYOUT, 4L * i * k, x, i * padded, k);
        }
        row = row.length == padded ? row : new float[padded];
    }

    /// Copies the weight row that [#dot] multiplies with.
    void load(MemorySegment b, long at, int k) {
        MemorySegment.copy(b, Tensor.LAYOUT, 4 * at, row, 0, k);
        Arrays.fill(row, k, row.length, 0);
    }

    /// Dot product of one of the few rows and the weight row.
    float dot(int i) {
        Arrays.fill(lanes, 0);
        addProducts(lanes, x, i * row.length, row);
        return Lanes.fold(lanes);
    }

    private static void addProducts(float[] sums, float[] x, int at, float[] w) {
        for (int p = 0; p < w.length; p += sums.length) {
            for (int lane = 0; lane < sums.length; lane++) {
                sums[lane] = Math.fma(x[at + p + lane], w[p + lane], sums[lane]);
            }
        }
    }
}
