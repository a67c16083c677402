package inkling.core.device.cpu;

import inkling.core.device.KernelChecks;
import inkling.core.device.KernelChecks.MatmulSize;
import inkling.core.device.Product;
import inkling.core.device.Store;
import inkling.core.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Matrix products in plain loops: a row of `C` collects multiples of rows of `B`, which the compiler turns into
/// vectors by itself.
///
/// ```
///             256 columns
///            ┌───────────┐
///        128 │ op(B)     │   packed: each row of op(B) in an array
///            └───────────┘
///   128      ┌───────────┐
/// ┌──────┐   │ C         │   c[j] += a₀·b₀[j] + a₁·b₁[j] + a₂·b₂[j] + a₃·b₃[j], four rows of op(B) at a time,
/// │op(A) │   │           │   so that c is loaded and stored once for eight operations
/// └──────┘   └───────────┘
/// ```
///
/// An item is 256 rows by 256 columns of `C`; sums run over `k` in order, so the split changes no bit. No fused
/// multiply-add: where a processor has none, `Math.fma` computes in decimal fractions.
final class ScalarMatmul {
    private static final int COLUMNS = 256;
    private static final int DEPTH = 128;
    private static final int ROWS = 256;
    /// Below, packing would cost more than the product.
    private static final int FEW_ROWS = 8;

    private static final int FEW_ROWS_GRAIN = 64;

    private final WorkerPool pool;
    private final float[][][] panels;
    private final float[][] sums;

    ScalarMatmul(WorkerPool pool) {
        this.pool = pool;
        this.panels = new float[pool.workers()][DEPTH][COLUMNS];
        this.sums = new float[pool.workers()][COLUMNS];
    }

    void multiply(Tensor c, Tensor a, Tensor b, Product product, Store store) {
        MatmulSize size = KernelChecks.matmul(c, a, b, product);
        if (product == Product.NT && size.m() < FEW_ROWS) {
            pool.runRanges(size.n(), FEW_ROWS_GRAIN, (from, to) -> dots(c, a, b, size, store, from, to));
            return;
        }
        int across = (size.n() + COLUMNS - 1) / COLUMNS;
        int down = (size.m() + ROWS - 1) / ROWS;
        Operands operands = new Operands(c.segment(), a.segment(), b.segment(), size, product, store == Store.ADD);
        pool.run(
                across * down,
                (item, worker) ->
                        tile(operands, item / across * ROWS, item % across * COLUMNS, panels[worker], sums[worker]));
    }

    private record Operands(
            MemorySegment c, MemorySegment a, MemorySegment b, MatmulSize size, Product product, boolean add) {
        /// Element `(i, p)` of `op(A)`.
        float left(int i, int p) {
            long at = product == Product.TN ? (long) p * size.m() + i : (long) i * size.k() + p;
            return a.getAtIndex(Tensor.LAYOUT, at);
        }
    }

    private static void tile(Operands of, int firstRow, int firstColumn, float[][] panel, float[] sum) {
        int lastRow = Math.min(of.size().m(), firstRow + ROWS);
        int width = Math.min(COLUMNS, of.size().n() - firstColumn);
        for (int p = 0; p < of.size().k(); p += DEPTH) {
            int depth = Math.min(DEPTH, of.size().k() - p);
            pack(panel, of, p, depth, firstColumn, width);
            for (int i = firstRow; i < lastRow; i++) {
                long at = (long) i * of.size().n() + firstColumn;
                if (p == 0 && !of.add()) {
                    Arrays.fill(sum, 0, width, 0);
                } else {
                    MemorySegment.copy(of.c(), Tensor.LAYOUT, at * Float.BYTES, sum, 0, width);
                }
                for (int q = 0; q < depth; q += 4) {
                    float a0 = of.left(i, p + q);
                    float a1 = q + 1 < depth ? of.left(i, p + q + 1) : 0;
                    float a2 = q + 2 < depth ? of.left(i, p + q + 2) : 0;
                    float a3 = q + 3 < depth ? of.left(i, p + q + 3) : 0;
                    addRows(sum, panel, q, width, a0, a1, a2, a3);
                }
                MemorySegment.copy(sum, 0, of.c(), Tensor.LAYOUT, at * Float.BYTES, width);
            }
        }
    }

    /// `sum[j] += a₀·b₀[j] + a₁·b₁[j] + a₂·b₂[j] + a₃·b₃[j]` for four rows of a panel.
    ///
    /// Each row is an array of its own. Of parts of one array the compiler cannot tell, inside the loops above,
    /// that they do not overlap; then it makes no vectors (measured: 8 instead of 29 GFLOP/s).
    private static void addRows(
            float[] sum, float[][] panel, int q, int width, float a0, float a1, float a2, float a3) {
        float[] b0 = panel[q];
        float[] b1 = panel[q + 1];
        float[] b2 = panel[q + 2];
        float[] b3 = panel[q + 3];
        for (int j = 0; j < width; j++) {
            sum[j] += a0 * b0[j] + a1 * b1[j] + (a2 * b2[j] + a3 * b3[j]);
        }
    }

    /// Rows `p …` of `op(B)`, so many columns of each, and zeros up to a multiple of four rows.
    private static void pack(float[][] panel, Operands of, int p, int depth, int firstColumn, int width) {
        MatmulSize size = of.size();
        if (of.product() == Product.NT) {
            for (int j = 0; j < width; j++) {
                long row = (long) (firstColumn + j) * size.k() + p;
                for (int q = 0; q < depth; q++) {
                    panel[q][j] = of.b().getAtIndex(Tensor.LAYOUT, row + q);
                }
            }
        } else {
            for (int q = 0; q < depth; q++) {
                long at = (long) (p + q) * size.n() + firstColumn;
                MemorySegment.copy(of.b(), Tensor.LAYOUT, at * Float.BYTES, panel[q], 0, width);
            }
        }
        for (int q = depth; q % 4 != 0; q++) {
            Arrays.fill(panel[q], 0, width, 0);
        }
    }

    /// A few rows times rows of `B`, as in generation: `C` columns `from … to−1`, each one sum.
    private static void dots(Tensor c, Tensor a, Tensor b, MatmulSize size, Store store, int from, int to) {
        for (int i = 0; i < size.m(); i++) {
            for (int j = from; j < to; j++) {
                long at = (long) i * size.n() + j;
                float sum = dot(a.segment(), (long) i * size.k(), b.segment(), (long) j * size.k(), size.k());
                c.set(at, store == Store.ADD ? c.get(at) + sum : sum);
            }
        }
    }

    /// Eight sums at a time hide the latency of an addition.
    private static float dot(MemorySegment a, long fromA, MemorySegment b, long fromB, int length) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        float s4 = 0;
        float s5 = 0;
        float s6 = 0;
        float s7 = 0;
        int whole = length & -8;
        for (int p = 0; p < whole; p += 8) {
            s0 += term(a, fromA + p, b, fromB + p);
            s1 += term(a, fromA + p + 1, b, fromB + p + 1);
            s2 += term(a, fromA + p + 2, b, fromB + p + 2);
            s3 += term(a, fromA + p + 3, b, fromB + p + 3);
            s4 += term(a, fromA + p + 4, b, fromB + p + 4);
            s5 += term(a, fromA + p + 5, b, fromB + p + 5);
            s6 += term(a, fromA + p + 6, b, fromB + p + 6);
            s7 += term(a, fromA + p + 7, b, fromB + p + 7);
        }
        for (int p = whole; p < length; p++) {
            s0 += term(a, fromA + p, b, fromB + p);
        }
        return ((s0 + s4) + (s1 + s5)) + ((s2 + s6) + (s3 + s7));
    }

    private static float term(MemorySegment a, long atA, MemorySegment b, long atB) {
        return a.getAtIndex(Tensor.LAYOUT, atA) * b.getAtIndex(Tensor.LAYOUT, atB);
    }
}
