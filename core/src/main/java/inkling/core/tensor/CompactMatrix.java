package inkling.core.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// A matrix kept in 16 or 8 bits a number outside the Java heap, so that reading it takes a half or a quarter of the
/// time.
///
/// Rows begin at multiples of a block and end in zeros up to the next one:
///
/// | format | block | number `j` of a block |
/// | --- | --- | --- |
/// | [WeightFormat#BFLOAT16] | 32 numbers, 64 bytes | half `j / 16` of 32-bit word `j mod 16`, the low half first |
/// | [WeightFormat#INT8] | 64 numbers, 64 bytes | byte `j` |
///
/// So a vector of words holds two runs of neighbours, whatever its width: `w << 16` and `w & 0xFFFF0000` are floats.
///
/// `INT8`: `w ≈ q·s`, `s = max |w| / 127` over the group, `q` the nearest whole number; the error is at most `s/2`.
public final class CompactMatrix {
    /// Numbers that share a scale ([WeightFormat#INT8]).
    public static final int GROUP = 64;

    /// Kernels take so many rows at once; rows of zeros follow the last.
    public static final int ROWS_TOGETHER = 4;

    private static final int BLOCK_BYTES = 64;
    private static final int LARGEST = 127;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final WeightFormat format;
    private final int rows;
    private final int columns;
    private final MemorySegment values;
    private final MemorySegment scales;

    private CompactMatrix(WeightFormat format, int rows, int columns, Arena arena) {
        this.format = format;
        this.rows = rows;
        this.columns = columns;
        long padded = (rows + ROWS_TOGETHER - 1L) / ROWS_TOGETHER * ROWS_TOGETHER;
        // one block more than needed: a narrow vector may load beyond what it uses
        this.values = arena.allocate(padded * rowBytes() + BLOCK_BYTES, BLOCK_BYTES);
        this.scales = arena.allocate(Math.max(1, padded * groups()) * Float.BYTES, BLOCK_BYTES);
    }

    /// A copy of a matrix in 16 or 8 bits that lives as long as the arena.
    public static CompactMatrix of(Tensor matrix, WeightFormat format, Arena arena) {
        if (format == WeightFormat.FLOAT32) {
            throw new IllegalArgumentException("a compact matrix has 16 or 8 bits a number, not 32");
        }
        var compact = new CompactMatrix(format, matrix.rows(), matrix.columns(), arena);
        float[] row = new float[compact.columns];
        for (int i = 0; i < compact.rows; i++) {
            MemorySegment.copy(matrix.segment(), Tensor.LAYOUT, 4L * i * row.length, row, 0, row.length);
            if (format == WeightFormat.BFLOAT16) {
                compact.setHalves(i, row);
            } else {
                compact.setBytes(i, row);
            }
        }
        return compact;
    }

    private void setHalves(int row, float[] from) {
        long base = row * rowBytes();
        for (int j = 0; j < from.length; j++) {
            values.set(SHORT, base + halfAt(j), upperHalf(from[j]));
        }
    }

    /// Where number `j` of a row lies, in bytes from the row's beginning.
    private static long halfAt(int j) {
        return j / 32 * 64L + j % 16 * 4L + j % 32 / 16 * 2L;
    }

    /// The nearest float of 16 bits, an even one of two as near; what is not a number stays none.
    private static short upperHalf(float x) {
        int bits = Float.floatToRawIntBits(x);
        return (short) (Float.isNaN(x) ? bits >> 16 | 0x40 : bits + 0x7FFF + (bits >> 16 & 1) >> 16);
    }

    private void setBytes(int row, float[] from) {
        long base = row * rowBytes();
        for (int group = 0; group < groups(); group++) {
            int end = Math.min(from.length, (group + 1) * GROUP);
            float largest = 0;
            for (int j = group * GROUP; j < end; j++) {
                largest = Math.max(largest, Math.abs(from[j]));
            }
            float scale = largest / LARGEST;
            scales.setAtIndex(Tensor.LAYOUT, (long) row * groups() + group, scale);
            for (int j = group * GROUP; j < end && scale > 0; j++) {
                // a scale so small that it has lost digits would give more
                int whole = Math.clamp(Math.round(from[j] / scale), -LARGEST, LARGEST);
                values.set(ValueLayout.JAVA_BYTE, base + j, (byte) whole);
            }
        }
    }

    /// How the numbers are kept.
    public WeightFormat format() {
        return format;
    }

    /// Rows.
    public int rows() {
        return rows;
    }

    /// Columns.
    public int columns() {
        return columns;
    }

    /// One number as a 32-bit float.
    public float get(int row, int column) {
        long base = row * rowBytes();
        if (format == WeightFormat.BFLOAT16) {
            return Float.intBitsToFloat(values.get(SHORT, base + halfAt(column)) << 16);
        }
        float scale = scales.getAtIndex(Tensor.LAYOUT, (long) row * groups() + column / GROUP);
        return values.get(ValueLayout.JAVA_BYTE, base + column) * scale;
    }

    /// The numbers, row after row of [#rowBytes()].
    public MemorySegment values() {
        return values;
    }

    /// `(rows, groups)` scales ([WeightFormat#INT8]), nothing of use otherwise.
    public MemorySegment scales() {
        return scales;
    }

    /// Groups of a row that have a scale of their own.
    public int groups() {
        return format == WeightFormat.INT8 ? (columns + GROUP - 1) / GROUP : 0;
    }

    /// Columns with the zeros up to the next block.
    public int paddedColumns() {
        int block = format == WeightFormat.INT8 ? BLOCK_BYTES : BLOCK_BYTES / 2;
        return (columns + block - 1) / block * block;
    }

    /// Bytes from one row to the next.
    public long rowBytes() {
        return (long) paddedColumns() * (format == WeightFormat.INT8 ? 1 : 2);
    }

    /// Bytes of all numbers and scales.
    public long byteSize() {
        return rows * (rowBytes() + 4L * groups());
    }

    /// The shape as the papers write it: `(512, 1344)`.
    public String shapeText() {
        return "(" + rows + ", " + columns + ")";
    }
}
