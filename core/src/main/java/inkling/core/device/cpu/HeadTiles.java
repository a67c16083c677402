package inkling.core.device.cpu;

import jdk.incubator.vector.FloatVector;

/// The two register tiles that attention is made of: small matrix products over one head's packed panels.
///
/// A tile is 6 rows × 2 vectors: twelve sums in registers, enough to hide the latency of the multiply-add, few
/// enough for machines with sixteen registers. All panels are plain arrays in the first two cache levels; columns
/// are padded to whole tiles, rows to multiples of six.
final class HeadTiles {
    /// Rows of a tile.
    static final int ROWS = 6;

    /// Columns of a tile.
    static final int COLUMNS = 2 * Lanes.COUNT;

    private HeadTiles() {}

    /// The smallest multiple of [#COLUMNS] that is not below `count`.
    static int paddedColumns(int count) {
        return (count + COLUMNS - 1) / COLUMNS * COLUMNS;
    }

    /// The smallest multiple of [#ROWS] that is not below `count`.
    static int paddedRows(int count) {
        return (count + ROWS - 1) / ROWS * ROWS;
    }

    /// `C = A · B` for 6 rows: `A (6, depth)`, `B (depth, columns)`; `columns` is a multiple of [#COLUMNS].
    static void multiply(Panel c, int cRow, Panel a, int aRow, Panel b, int depth, int columns) {
        for (int j = 0; j < columns; j += COLUMNS) {
            multiplyTile(c, cRow * c.stride + j, a, aRow * a.stride, b, depth, j);
        }
    }

    private static void multiplyTile(Panel c, int to, Panel a, int from, Panel b, int depth, int column) {
        float[] left = a.data;
        float[] right = b.data;
        int rowStep = a.stride;
        FloatVector zero = FloatVector.zero(Lanes.SPECIES);
        FloatVector s00 = zero, s01 = zero, s10 = zero, s11 = zero, s20 = zero, s21 = zero;
        FloatVector s30 = zero, s31 = zero, s40 = zero, s41 = zero, s50 = zero, s51 = zero;
        int at = column;
        for (int k = from; k < from + depth; k++) {
            FloatVector b0 = FloatVector.fromArray(Lanes.SPECIES, right, at);
            FloatVector b1 = FloatVector.fromArray(Lanes.SPECIES, right, at + Lanes.COUNT);
            FloatVector a0 = broadcast(left, k);
            s00 = a0.fma(b0, s00);
            s01 = a0.fma(b1, s01);
            FloatVector a1 = broadcast(left, k + rowStep);
            s10 = a1.fma(b0, s10);
            s11 = a1.fma(b1, s11);
            FloatVector a2 = broadcast(left, k + 2 * rowStep);
            s20 = a2.fma(b0, s20);
            s21 = a2.fma(b1, s21);
            FloatVector a3 = broadcast(left, k + 3 * rowStep);
            s30 = a3.fma(b0, s30);
            s31 = a3.fma(b1, s31);
            FloatVector a4 = broadcast(left, k + 4 * rowStep);
            s40 = a4.fma(b0, s40);
            s41 = a4.fma(b1, s41);
            FloatVector a5 = broadcast(left, k + 5 * rowStep);
            s50 = a5.fma(b0, s50);
            s51 = a5.fma(b1, s51);
            at += b.stride;
        }
        store(c.data, to, s00, s01);
        store(c.data, to + c.stride, s10, s11);
        store(c.data, to + 2 * c.stride, s20, s21);
        store(c.data, to + 3 * c.stride, s30, s31);
        store(c.data, to + 4 * c.stride, s40, s41);
        store(c.data, to + 5 * c.stride, s50, s51);
    }

    /// `C += Aᵀ · B` for 6 columns of `A` from column `aColumn` on: `A (depth, ·)`, `B (depth, columns)` from row
    /// `bRow` on.
    static void addTransposed(Panel c, int cRow, Panel a, int aColumn, Panel b, int bRow, int depth) {
        for (int j = 0; j < b.stride; j += COLUMNS) {
            addTransposedTile(c, cRow * c.stride + j, a, aColumn, b, bRow * b.stride + j, depth);
        }
    }

    private static void addTransposedTile(Panel c, int to, Panel a, int column, Panel b, int from, int depth) {
        float[] left = a.data;
        float[] right = b.data;
        FloatVector zero = FloatVector.zero(Lanes.SPECIES);
        FloatVector s00 = zero, s01 = zero, s10 = zero, s11 = zero, s20 = zero, s21 = zero;
        FloatVector s30 = zero, s31 = zero, s40 = zero, s41 = zero, s50 = zero, s51 = zero;
        int k = column;
        int at = from;
        for (int row = 0; row < depth; row++) {
            FloatVector b0 = FloatVector.fromArray(Lanes.SPECIES, right, at);
            FloatVector b1 = FloatVector.fromArray(Lanes.SPECIES, right, at + Lanes.COUNT);
            FloatVector a0 = broadcast(left, k);
            s00 = a0.fma(b0, s00);
            s01 = a0.fma(b1, s01);
            FloatVector a1 = broadcast(left, k + 1);
            s10 = a1.fma(b0, s10);
            s11 = a1.fma(b1, s11);
            FloatVector a2 = broadcast(left, k + 2);
            s20 = a2.fma(b0, s20);
            s21 = a2.fma(b1, s21);
            FloatVector a3 = broadcast(left, k + 3);
            s30 = a3.fma(b0, s30);
            s31 = a3.fma(b1, s31);
            FloatVector a4 = broadcast(left, k + 4);
            s40 = a4.fma(b0, s40);
            s41 = a4.fma(b1, s41);
            FloatVector a5 = broadcast(left, k + 5);
            s50 = a5.fma(b0, s50);
            s51 = a5.fma(b1, s51);
            k += a.stride;
            at += b.stride;
        }
        add(c.data, to, s00, s01);
        add(c.data, to + c.stride, s10, s11);
        add(c.data, to + 2 * c.stride, s20, s21);
        add(c.data, to + 3 * c.stride, s30, s31);
        add(c.data, to + 4 * c.stride, s40, s41);
        add(c.data, to + 5 * c.stride, s50, s51);
    }

    private static FloatVector broadcast(float[] from, int at) {
        return FloatVector.broadcast(Lanes.SPECIES, from[at]);
    }

    private static void store(float[] to, int at, FloatVector v0, FloatVector v1) {
        v0.intoArray(to, at);
        v1.intoArray(to, at + Lanes.COUNT);
    }

    private static void add(float[] to, int at, FloatVector v0, FloatVector v1) {
        v0.add(FloatVector.fromArray(Lanes.SPECIES, to, at)).intoArray(to, at);
        v1.add(FloatVector.fromArray(Lanes.SPECIES, to, at + Lanes.COUNT)).intoArray(to, at + Lanes.COUNT);
    }
}
