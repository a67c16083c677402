package inkling.core.device.cpu;

import inkling.core.device.AttentionShape;
import inkling.core.device.HeadLayout;
import java.lang.foreign.MemorySegment;

/// Sizes that the attention kernels share: how a head's matrices are padded to whole tiles, and where heads lie in a
/// fused row. Offsets and strides are in bytes, sizes in floats.
///
/// @param time `T`
/// @param width `K`
/// @param heads division of a fused row
/// @param rows `T` rounded up to whole tiles of 6 rows
/// @param columns `T` rounded up to whole wide tiles, for matrices with keys along the row
/// @param vectors vectors of a tile over head columns
/// @param paddedWidth `K` rounded up to such tiles
record AttentionPlan(int time, int width, HeadLayout heads, int rows, int columns, int vectors, int paddedWidth) {
    static AttentionPlan of(AttentionShape shape) {
        int width = shape.heads().headWidth();
        int rows = Lanes.roundUp(shape.time(), MicroKernel.ROWS);
        int columns = Lanes.roundUp(rows, MicroKernel.WIDE * Lanes.COUNT);
        int vectors = MicroKernel.vectorsFor(width);
        int paddedWidth = Lanes.roundUp(width, vectors * Lanes.COUNT);
        return new AttentionPlan(shape.time(), width, shape.heads(), rows, columns, vectors, paddedWidth);
    }

    /// Floats of a matrix with a row for each head column and a column for each key.
    int transposedSize() {
        return width * columns;
    }

    /// Floats of a matrix with a row for each token and a padded head along the row.
    int rowsSize() {
        return rows * paddedWidth;
    }

    /// Query heads that share a key head.
    int group() {
        return heads.queryHeads() / heads.keyValueHeads();
    }

    /// Bytes of a fused row.
    long fusedBytes() {
        return 4L * heads.fusedWidth();
    }

    /// Bytes of a row of all query heads.
    long outputBytes() {
        return 4L * heads.queryWidth();
    }

    /// Where query head `h` of sequence `b` starts in the fused tensor.
    long query(int b, int h) {
        return b * time * fusedBytes() + 4L * h * width;
    }

    /// Where key head `g` of sequence `b` starts in the fused tensor.
    long key(int b, int g) {
        return query(b, heads.queryHeads() + g);
    }

    /// Where value head `g` of sequence `b` starts in the fused tensor.
    long value(int b, int g) {
        return query(b, heads.queryHeads() + heads.keyValueHeads() + g);
    }

    /// Where head `h` of sequence `b` starts in the output.
    long output(int b, int h) {
        return b * time * outputBytes() + 4L * h * width;
    }

    /// `1/√K`.
    float scale() {
        return (float) (1 / Math.sqrt(width));
    }

    /// The `T × K` matrix of a head of a fused tensor.
    Packing.Piece piece(MemorySegment fused, long at) {
        return new Packing.Piece(fused, at, fusedBytes(), time, width);
    }

    /// The `T × K` matrix of a head of an output tensor.
    Packing.Piece outputPiece(MemorySegment output, long at) {
        return new Packing.Piece(output, at, outputBytes(), time, width);
    }
}
