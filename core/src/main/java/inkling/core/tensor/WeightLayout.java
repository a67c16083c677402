package inkling.core.tensor;

/// How a [PackedMatrix] is laid out: its format, and how many of a block's rows stand side by side in 32 bits.
///
/// Why there is a choice: a processor with narrow vectors has registers for the sums of 64 rows of one block, not of
/// two blocks, and reads one stream of memory then. With the block in two stripes of 32 rows it reads two streams and
/// has the same sums in registers.
///
/// @param format how the numbers are kept
/// @param stripe rows of a stripe where the format is [WeightFormat#FLOAT32]: 32, or 64 for a block in one piece
public record WeightLayout(WeightFormat format, int stripe) {
    /// Refuses other stripes.
    public WeightLayout {
        if (stripe != PackedMatrix.BLOCK_ROWS && stripe != PackedMatrix.BLOCK_ROWS / 2) {
            throw new IllegalArgumentException("weight layout: stripes of " + stripe + " rows, expected 32 or 64");
        }
    }

    /// Blocks in one piece.
    public static WeightLayout whole(WeightFormat format) {
        return new WeightLayout(format, PackedMatrix.BLOCK_ROWS);
    }

    /// Blocks in two stripes, where the format has them.
    public static WeightLayout striped(WeightFormat format) {
        return new WeightLayout(format, PackedMatrix.BLOCK_ROWS / 2);
    }

    /// Rows of a stripe in this format.
    int rows() {
        return format == WeightFormat.FLOAT32 ? stripe : PackedMatrix.BLOCK_ROWS;
    }
}
