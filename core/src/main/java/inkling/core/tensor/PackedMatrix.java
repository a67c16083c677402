package inkling.core.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/// A weight laid out for generation, outside the Java heap, in 32, 16 or 8 bits a number.
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
/// row of its own; a product with many rows finds its panels ready. A column of a block:
///
/// | format | bytes | row `i` of the block |
/// | --- | --- | --- |
/// | [WeightFormat#FLOAT32] | 256 | float `i` |
/// | [WeightFormat#BFLOAT16] | 128 | half `i / 16 mod 2` of 32-bit word `i / 32 · 16 + i mod 16`, the low half first |
/// | [WeightFormat#INT8] | 64 | byte `i` |
///
/// `FLOAT32` may have two stripes of 32 rows in a block instead, one after the other, with 128 bytes a column
/// ([WeightLayout]).
///
/// So a vector of words holds two runs of neighbours, whatever its width: `w << 16` and `w & 0xFFFF0000` are floats.
///
/// `INT8`: `w ≈ q·s`, `s = max |w| / 127` over a group of 64 neighbours in a row, `q` the nearest whole number; the
/// error is at most `s/2`. The scales lie like the numbers: `(blocks, groups, 64)`.
public final class PackedMatrix {
    /// Numbers of a row that share a scale ([WeightFormat#INT8]).
    public static final int GROUP = 64;

    /// Rows of a block.
    public static final int BLOCK_ROWS = 64;

    /// Neighbours that stay together in every format.
    public static final int RUN = 16;

    private static final int ALIGNMENT_BYTES = 64;
    private static final int LARGEST = 127;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final WeightFormat format;
    private final int stripeRows;
    private final int rows;
    private final int columns;
    private final MemorySegment values;
    private final MemorySegment scales;

    private PackedMatrix(WeightLayout layout, int rows, int columns, Arena arena) {
        this.format = layout.format();
        this.stripeRows = layout.rows();
        this.rows = rows;
        this.columns = columns;
        // one line more than needed: a narrow vector may load beyond what it uses
        this.values = arena.allocate(blocks() * blockBytes() + ALIGNMENT_BYTES, ALIGNMENT_BYTES);
        this.scales = arena.allocate(Math.max(1, blocks() * blockScales()) * Float.BYTES, ALIGNMENT_BYTES);
    }

    /// A copy of a matrix that lives as long as the arena.
    ///
    /// A block is made in arrays and moved to its place as a whole: this is done where a program has just begun, and
    /// loops over arrays are fast long before those over memory outside the heap.
    public static PackedMatrix of(Tensor matrix, WeightLayout layout, Arena arena) {
        var packed = new PackedMatrix(layout, matrix.rows(), matrix.columns(), arena);
        float[] rows = new float[BLOCK_ROWS * packed.columns];
        for (int block = 0; block < packed.blocks(); block++) {
            int first = block * BLOCK_ROWS;
            int count = Math.min(BLOCK_ROWS, packed.rows - first) * packed.columns;
            MemorySegment.copy(matrix.segment(), Tensor.LAYOUT, 4L * first * packed.columns, rows, 0, count);
            Arrays.fill(rows, count, rows.length, 0);
            switch (layout.format()) {
                case FLOAT32 -> packed.setFloats(block, rows);
                case BFLOAT16 -> packed.setHalves(block, rows);
                case INT8 -> packed.setBytes(block, rows);
            }
        }
        return packed;
    }

    private void setFloats(int block, float[] from) {
        float[] to = new float[from.length];
        for (int i = 0; i < BLOCK_ROWS; i++) {
            int row = i * columns;
            int first = i / stripeRows * stripeRows * columns + i % stripeRows;
            for (int j = 0; j < columns; j++) {
                to[first + j * stripeRows] = from[row + j];
            }
        }
        MemorySegment.copy(to, 0, values, Tensor.LAYOUT, block * blockBytes(), to.length);
    }

    private void setHalves(int block, float[] from) {
        short[] to = new short[from.length];
        for (int i = 0; i < BLOCK_ROWS; i++) {
            int row = i * columns;
            int inColumn = inColumn(i) / Short.BYTES;
            for (int j = 0; j < columns; j++) {
                to[j * BLOCK_ROWS + inColumn] = upperHalf(from[row + j]);
            }
        }
        MemorySegment.copy(to, 0, values, SHORT, block * blockBytes(), to.length);
    }

    private void setBytes(int block, float[] from) {
        byte[] to = new byte[from.length];
        float[] steps = new float[groups() * BLOCK_ROWS];
        for (int i = 0; i < BLOCK_ROWS; i++) {
            for (int group = 0; group < groups(); group++) {
                int end = Math.min(columns, (group + 1) * GROUP);
                steps[group * BLOCK_ROWS + i] = setGroup(to, i, from, i * columns, group * GROUP, end);
            }
        }
        MemorySegment.copy(to, 0, values, ValueLayout.JAVA_BYTE, block * blockBytes(), to.length);
        MemorySegment.copy(steps, 0, scales, Tensor.LAYOUT, block * blockScales() * Float.BYTES, steps.length);
    }

    /// Rounds one group of row `i`, columns `first … end` of what begins at `row`, and gives its scale.
    private static float setGroup(byte[] to, int i, float[] from, int row, int first, int end) {
        float largest = 0;
        for (int j = first; j < end; j++) {
            largest = Math.max(largest, Math.abs(from[row + j]));
        }
        float scale = largest / LARGEST;
        for (int j = first; j < end && scale > 0; j++) {
            // a scale so small that it has lost digits would give more
            int whole = Math.clamp(Math.round(from[row + j] / scale), -LARGEST, LARGEST);
            to[j * BLOCK_ROWS + i] = (byte) whole;
        }
        return scale;
    }

    /// The nearest float of 16 bits, an even one of two as near; what is not a number stays none.
    private static short upperHalf(float x) {
        int bits = Float.floatToRawIntBits(x);
        return (short) (Float.isNaN(x) ? bits >> 16 | 0x40 : bits + 0x7FFF + (bits >> 16 & 1) >> 16);
    }

    /// Where a number lies, in bytes.
    private long place(int row, int column) {
        int inBlock = row % BLOCK_ROWS;
        long stripe = row / BLOCK_ROWS * blockBytes() + inBlock / stripeRows * stripeBytes();
        return stripe + column * columnBytes() + inColumn(inBlock % stripeRows);
    }

    private int inColumn(int i) {
        return switch (format) {
            case FLOAT32 -> 4 * i;
            case BFLOAT16 -> (i / (2 * RUN) * RUN + i % RUN) * 4 + i / RUN % 2 * 2;
            case INT8 -> i;
        };
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
        float whole = at(place(row, column));
        return format == WeightFormat.INT8
                ? whole * scales.getAtIndex(Tensor.LAYOUT, scaleAt(row, column / GROUP))
                : whole;
    }

    private float at(long place) {
        return switch (format) {
            case FLOAT32 -> values.get(Tensor.LAYOUT, place);
            case BFLOAT16 -> Float.intBitsToFloat(values.get(SHORT, place) << 16);
            case INT8 -> values.get(ValueLayout.JAVA_BYTE, place);
        };
    }

    /// Puts the columns `from … to` of a stripe, in 32 bits and without scales, one after the other from `first` on.
    public void columns(int block, int stripe, int from, int to, float[] target, int first) {
        long at = block * blockBytes() + stripe * stripeBytes() + from * columnBytes();
        int count = (to - from) * stripeRows;
        switch (format) {
            case FLOAT32 -> MemorySegment.copy(values, Tensor.LAYOUT, at, target, first, count);
            case BFLOAT16 -> {
                for (int i = 0; i < count; i++) {
                    long half = at + i / BLOCK_ROWS * columnBytes() + inColumn(i % BLOCK_ROWS);
                    target[first + i] = at(half);
                }
            }
            case INT8 -> {
                for (int i = 0; i < count; i++) {
                    target[first + i] = values.get(ValueLayout.JAVA_BYTE, at + i);
                }
            }
        }
    }

    /// The scales of a group of a block ([WeightFormat#INT8]).
    public void scales(int block, int group, float[] to) {
        long from = block * blockScales() + (long) group * BLOCK_ROWS;
        MemorySegment.copy(scales, Tensor.LAYOUT, from * Float.BYTES, to, 0, BLOCK_ROWS);
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

    /// Rows of a stripe; 64 where a block is in one piece.
    public int stripeRows() {
        return stripeRows;
    }

    /// Stripes of a block.
    public int stripes() {
        return BLOCK_ROWS / stripeRows;
    }

    /// Bytes from one stripe of a block to the next.
    public long stripeBytes() {
        return columns * columnBytes();
    }

    /// Bytes from one column of a stripe to the next.
    public long columnBytes() {
        return switch (format) {
            case FLOAT32 -> 4L * stripeRows;
            case BFLOAT16 -> 2L * BLOCK_ROWS;
            case INT8 -> BLOCK_ROWS;
        };
    }

    /// Bytes from one block to the next.
    public long blockBytes() {
        return stripes() * stripeBytes();
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
