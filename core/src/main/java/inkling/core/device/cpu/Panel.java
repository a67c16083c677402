package inkling.core.device.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/// A small matrix in an array, padded for [HeadTiles] and reused from call to call: one head's queries, keys,
/// scores and so on.
final class Panel {
    /// Elements, row by row.
    float[] data = new float[0];

    /// Elements from one row to the next.
    int stride;

    private final int[] places = new int[Lanes.COUNT];

    /// Makes room for so many rows of so many columns; the content is undefined.
    void resize(int rows, int columns) {
        if (data.length < rows * columns) {
            data = new float[rows * columns];
        }
        stride = columns;
    }

    /// Sets the first rows to zero.
    void clear(int rows) {
        Arrays.fill(data, 0, rows * stride, 0f);
    }

    /// Copies `rows` rows of `width` floats that lie `step` elements apart, and pads to `paddedRows` rows and whole
    /// tiles with zeros.
    void pack(MemorySegment from, long at, long step, int rows, int width) {
        int paddedRows = HeadTiles.paddedRows(rows);
        resize(paddedRows, HeadTiles.paddedColumns(width));
        for (int row = 0; row < rows; row++) {
            MemorySegment.copy(
                    from, ValueLayout.JAVA_FLOAT, (at + row * step) * Float.BYTES, data, row * stride, width);
            if (width < stride) {
                Arrays.fill(data, row * stride + width, (row + 1) * stride, 0f);
            }
        }
        Arrays.fill(data, rows * stride, paddedRows * stride, 0f);
    }

    /// Multiplies the first rows by a factor.
    void scale(int rows, float factor) {
        for (int i = 0; i < rows * stride; i++) {
            data[i] *= factor;
        }
    }

    /// Becomes the transpose of the first `rows` rows and `width` columns of another panel, padded to whole tiles
    /// with zeros.
    void transpose(Panel source, int rows, int width) {
        resize(width, HeadTiles.paddedColumns(rows));
        int[] places = source.rowPlaces();
        int inVectors = rows - rows % Lanes.COUNT;
        for (int j = 0; j < width; j++) {
            for (int row = 0; row < inVectors; row += Lanes.COUNT) {
                FloatVector.fromArray(Lanes.SPECIES, source.data, row * source.stride + j, places, 0)
                        .intoArray(data, j * stride + row);
            }
            for (int row = inVectors; row < rows; row++) {
                data[j * stride + row] = source.data[row * source.stride + j];
            }
        }
        if (rows < stride) {
            for (int j = 0; j < width; j++) {
                Arrays.fill(data, j * stride + rows, (j + 1) * stride, 0f);
            }
        }
    }

    /// Where the same column of as many rows as a vector has lanes stands.
    private int[] rowPlaces() {
        if (places[1] != stride) {
            for (int i = 0; i < places.length; i++) {
                places[i] = i * stride;
            }
        }
        return places;
    }

    /// Writes `rows` rows of `width` floats, starting at a row of the panel, to places that lie `step` elements
    /// apart.
    void unpack(int firstRow, MemorySegment to, long at, long step, int rows, int width) {
        for (int row = 0; row < rows; row++) {
            MemorySegment.copy(
                    data,
                    (firstRow + row) * stride,
                    to,
                    ValueLayout.JAVA_FLOAT,
                    (at + row * step) * Float.BYTES,
                    width);
        }
    }
}
