package inkling.core.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// A matrix kept in 16 or 8 bits a number outside the Java heap, so that reading it takes a half or a quarter of the
/// time.
///
/// ```
///                 columns ──▶
///          ┌────┬────┬────┬────┐
///  block 0 │ 64 │ 64 │ 64 │ …  │     64 rows, one column after the other; the last block is filled up with zeros
///          ├────┼────┼────┼────┤
///  block 1 │ 64 │ 64 │ 64 │ …  │
///          └────┴────┴────┴────┘
/// ```
///
/// So a product with one row `x` reads it front to back, `x` one number at a time, and every lane of a vector sums a
/// row of its own. A column of a block:
///
/// | format | bytes | row `i` of the block |
/// | --- | --- | --- |
/// | [WeightFormat#BFLOAT16] | 128 | half `i / 16 mod 2` of 32-bit word `i / 32 · 16 + i mod 16`, the low half first |
/// | [WeightFormat#INT8] | 64 | byte `i` |
///
/// So a vector of words holds two runs of neighbours, whatever its width: `w << 16` and `w & 0xFFFF0000` are floats.
///
/// `INT8`: `w ≈ q·s`, `s = max |w| / 127` over a group of 64 neighbours in a row, `q` the nearest whole number; the
/// error is at most `s/2`. The scales lie like the numbers: `(blocks, groups, 64)`.
public final class CompactMatrix {
    /// Numbers of a row that share a scale ([WeightFormat#INT8]).
    public static final int GROUP = 64;

    /// Rows of a block.
    public static final int BLOCK_ROWS = 64;

    private static final int ALIGNMENT_BYTES = 64;
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
        // one line more than needed: a narrow vector may load beyond what it uses
        this.values = arena.allocate(blocks() * blockBytes() + ALIGNMENT_BYTES, ALIGNMENT_BYTES);
        this.scales = arena.allocate(Math.max(1, blocks() * blockScales()) * Float.BYTES, ALIGNMENT_BYTES);
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
        long base = beginning(row);
        for (int j = 0; j < from.length; j++) {
            values.set(SHORT, base + j * columnBytes(), upperHalf(from[j]));
        }
    }

    /// The nearest float of 16 bits, an even one of two as near; what is not a number stays none.
    private static short upperHalf(float x) {
        int bits = Float.floatToRawIntBits(x);
        return (short) (Float.isNaN(x) ? bits >> 16 | 0x40 : bits + 0x7FFF + (bits >> 16 & 1) >> 16);
    }

    private void setBytes(int row, float[] from) {
        long base = beginning(row);
        for (int group = 0; group < groups(); group++) {
            int end = Math.min(from.length, (group + 1) * GROUP);
            float largest = 0;
            for (int j = group * GROUP; j < end; j++) {
                largest = Math.max(largest, Math.abs(from[j]));
            }
            float scale = largest / LARGEST;
            scales.setAtIndex(Tensor.LAYOUT, scaleAt(row, group), scale);
            for (int j = group * GROUP; j < end && scale > 0; j++) {
                // a scale so small that it has lost digits would give more
                int whole = Math.clamp(Math.round(from[j] / scale), -LARGEST, LARGEST);
                values.set(ValueLayout.JAVA_BYTE, base + j * columnBytes(), (byte) whole);
            }
        }
    }

    /// Where column 0 of a row lies, in bytes.
    private long beginning(int row) {
        int i = row % BLOCK_ROWS;
        int inColumn = format == WeightFormat.INT8 ? i : (i / 32 * 16 + i % 16) * 4 + i / 16 % 2 * 2;
        return row / BLOCK_ROWS * blockBytes() + inColumn;
    }

    private long scaleAt(int row, int group) {
        return row / BLOCK_ROWS * blockScales() + (long) group * BLOCK_ROWS + row % BLOCK_ROWS;
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
        long at = beginning(row) + column * columnBytes();
        if (format == WeightFormat.BFLOAT16) {
            return Float.intBitsToFloat(values.get(SHORT, at) << 16);
        }
        float scale = scales.getAtIndex(Tensor.LAYOUT, scaleAt(row, column / GROUP));
        return values.get(ValueLayout.JAVA_BYTE, at) * scale;
    }

    /// The numbers, block after block of [#blockBytes()].
    public MemorySegment values() {
        return values;
    }

    /// The scales, block after block of [#blockScales()] ([WeightFormat#INT8]), nothing of use otherwise.
    public MemorySegment scales() {
        return scales;
    }

    /// Groups of a row that have a scale of their own.
    public int groups() {
        return format == WeightFormat.INT8 ? (columns + GROUP - 1) / GROUP : 0;
    }

    /// Blocks of [#BLOCK_ROWS].
    public int blocks() {
        return (rows + BLOCK_ROWS - 1) / BLOCK_ROWS;
    }

    /// Bytes from one column of a block to the next.
    public long columnBytes() {
        return format == WeightFormat.INT8 ? BLOCK_ROWS : 2 * BLOCK_ROWS;
    }

    /// Bytes from one block to the next.
    public long blockBytes() {
        return columns * columnBytes();
    }

    /// Scales from one block to the next.
    public long blockScales() {
        return (long) groups() * BLOCK_ROWS;
    }

    /// Bytes of all numbers and scales.
    public long byteSize() {
        return blocks() * (blockBytes() + Float.BYTES * blockScales());
    }

    /// The shape as the papers write it: `(512, 1344)`.
    public String shapeText() {
        return "(" + rows + ", " + columns + ")";
    }
}
