package inkling.core.device.cpu;

import inkling.core.device.KernelChecks;
import inkling.core.device.Store;
import inkling.core.tensor.PackedMatrix;
import inkling.core.tensor.Tensor;
import inkling.core.tensor.WeightFormat;
import java.util.Arrays;

/// Product with a [PackedMatrix] in plain loops: 64 sums of a row of `C` collect multiples of columns, which the
/// compiler turns into vectors by itself. Sums run over the columns in order, so the split changes no bit.
final class ScalarPackedProduct {
    /// Rows of `A` for which a column is brought into 32 bits once: their sums are 16 KiB.
    private static final int ROWS = 64;

    private static final int BLOCK_ROWS = PackedMatrix.BLOCK_ROWS;

    private final WorkerPool pool;
    private final Scratch[] scratch;

    ScalarPackedProduct(WorkerPool pool) {
        this.pool = pool;
        this.scratch = new Scratch[pool.workers()];
        Arrays.setAll(scratch, _ -> new Scratch());
    }

    /// What one worker needs for itself.
    private static final class Scratch {
        final float[][] sums = new float[ROWS][BLOCK_ROWS];
        final float[] column = new float[BLOCK_ROWS];
        final float[] scales = new float[BLOCK_ROWS];
    }

    void multiply(Tensor c, Tensor a, PackedMatrix b, Store store) {
        int m = KernelChecks.matmulPacked(c, a, b).m();
        int down = (m + ROWS - 1) / ROWS;
        pool.run(
                b.blocks() * down,
                (item, worker) -> multiply(c, a, b, store, item / down, item % down * ROWS, scratch[worker]));
    }

    private static void multiply(
            Tensor c, Tensor a, PackedMatrix b, Store store, int block, int firstRow, Scratch scratch) {
        int rows = Math.min(ROWS, a.rows() - firstRow);
        for (int i = 0; i < rows; i++) {
            Arrays.fill(scratch.sums[i], 0);
        }
        for (int j = 0; j < b.columns(); j++) {
            column(b, block, j, scratch);
            for (int i = 0; i < rows; i++) {
                addProducts(scratch.sums[i], a.get((long) (firstRow + i) * a.columns() + j), scratch.column);
            }
        }
        int first = block * BLOCK_ROWS;
        int count = Math.min(BLOCK_ROWS, b.rows() - first);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < count; j++) {
                long at = (long) (firstRow + i) * b.rows() + first + j;
                float sum = scratch.sums[i][j];
                c.set(at, store == Store.ADD ? c.get(at) + sum : sum);
            }
        }
    }

    private static void column(PackedMatrix b, int block, int column, Scratch scratch) {
        for (int stripe = 0; stripe < b.stripes(); stripe++) {
            b.columns(block, stripe, column, column + 1, scratch.column, stripe * b.stripeRows());
        }
        if (b.format() != WeightFormat.INT8) {
            return;
        }
        if (column % PackedMatrix.GROUP == 0) {
            b.scales(block, column / PackedMatrix.GROUP, scratch.scales);
        }
        for (int i = 0; i < BLOCK_ROWS; i++) {
            scratch.column[i] *= scratch.scales[i];
        }
    }

    private static void addProducts(float[] sums, float factor, float[] column) {
        for (int i = 0; i < column.length; i++) {
            sums[i] += factor * column[i];
        }
    }
}
