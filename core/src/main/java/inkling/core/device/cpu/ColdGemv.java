package inkling.core.device.cpu;

import inkling.core.tensor.PackedMatrix;
import inkling.core.tensor.Tensor;
import inkling.core.tensor.WeightFormat;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// One worker's blocks of [PackedGemvKernel] while a program is cold: in plain loops, with the same sums to the bit.
///
/// Vector code that is not compiled yet makes an object for every operation, a hundred times the work of a plain loop.
/// So columns go to the plain loop, and now and then to the vector loop, which needs the calls to be compiled, until
/// the vector loop is not slower any more.
final class ColdGemv {
    /// Columns at a time.
    private static final int PIECE = PackedMatrix.GROUP;

    /// The plain loop gets so many times the time of the vector loop.
    private static final int VECTOR_SHARE = 4;

    /// Runs in a row in which the vector loop must have been fast.
    private static final int PROOFS = 3;

    private final float[] x = new float[PIECE];
    private final float[] numbers = new float[PIECE * PackedMatrix.BLOCK_ROWS];
    private final float[] group = new float[PackedMatrix.BLOCK_ROWS];
    private final float[] scales = new float[PackedMatrix.BLOCK_ROWS];
    private long plainNanos;
    private long vectorNanos;
    private double plainRate;
    private int proofs;

    /// True once the vector loop has been compiled.
    boolean isWarm() {
        return proofs >= PROOFS;
    }

    /// [PackedRows#add] for all columns.
    void add(float[] sums, MemorySegment row, long xAt, PackedMatrix matrix, int block) {
        for (int from = 0; from < matrix.columns(); from += PIECE) {
            int to = Math.min(matrix.columns(), from + PIECE);
            boolean vectors = VECTOR_SHARE * vectorNanos < plainNanos;
            long start = System.nanoTime();
            if (vectors) {
                PackedRows.add(sums, row, xAt, matrix, block, from, to);
            } else {
                addPlain(sums, row, xAt, matrix, block, from, to);
            }
            took(vectors, System.nanoTime() - start, to - from);
        }
    }

    private void took(boolean vectors, long nanos, int columns) {
        double rate = (double) nanos / columns;
        if (!vectors) {
            plainNanos += nanos;
            plainRate = rate;
            return;
        }
        vectorNanos += nanos;
        proofs = rate <= 2 * plainRate ? proofs + 1 : 0;
    }

    private void addPlain(float[] sums, MemorySegment row, long xAt, PackedMatrix matrix, int block, int from, int to) {
        MemorySegment.copy(row, Tensor.LAYOUT, 4 * (xAt + from), x, 0, to - from);
        if (matrix.format() != WeightFormat.INT8) {
            addProducts(sums, matrix, block, from, to);
            return;
        }
        Arrays.fill(group, 0);
        addProducts(group, matrix, block, from, to);
        matrix.scales(block, from / PackedMatrix.GROUP, scales);
        for (int i = 0; i < PackedMatrix.BLOCK_ROWS; i++) {
            sums[i] = Math.fma(group[i], scales[i], sums[i]);
        }
    }

    private void addProducts(float[] sums, PackedMatrix matrix, int block, int from, int to) {
        int rows = matrix.stripeRows();
        for (int stripe = 0; stripe < matrix.stripes(); stripe++) {
            matrix.columns(block, stripe, from, to, numbers, 0);
            addProducts(sums, stripe * rows, x, numbers, rows, to - from);
        }
    }

    private static void addProducts(float[] sums, int first, float[] x, float[] numbers, int rows, int columns) {
        for (int j = 0; j < columns; j++) {
            float factor = x[j];
            int at = j * rows;
            for (int i = 0; i < rows; i++) {
                sums[first + i] = Math.fma(factor, numbers[at + i], sums[first + i]);
            }
        }
    }
}
