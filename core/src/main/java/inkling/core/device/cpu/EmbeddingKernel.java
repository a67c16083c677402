package inkling.core.device.cpu;

import inkling.core.device.KernelChecks;
import inkling.core.tensor.Ids;
import inkling.core.tensor.PackedMatrix;
import inkling.core.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/// Table look-up and its gradient.
///
/// The gradient scatters rows that may repeat. Each thread owns a range of *columns* and walks all tokens in order,
/// so equal ids are added in the order of the tokens, whatever the number of threads.
final class EmbeddingKernel {
    private static final int ROW_GRAIN = 64;
    /// Columns of one range: a whole number of cache lines, so that no two threads write to the same line.
    private static final int COLUMN_GRAIN = 64;

    private final WorkerPool pool;

    EmbeddingKernel(WorkerPool pool) {
        this.pool = pool;
    }

    void forward(Tensor y, Tensor table, Ids ids) {
        KernelChecks.embed(y, table, ids);
        long rowBytes = (long) y.columns() * Float.BYTES;
        if (ids.size() == 1) {
            MemorySegment.copy(table.segment(), ids.get(0) * rowBytes, y.segment(), 0, rowBytes);
            return;
        }
        pool.runRanges(ids.size(), ROW_GRAIN, (from, to) -> {
            for (int i = from; i < to; i++) {
                MemorySegment.copy(table.segment(), ids.get(i) * rowBytes, y.segment(), i * rowBytes, rowBytes);
            }
        });
    }

    void forward(Tensor y, PackedMatrix table, Ids ids) {
        KernelChecks.embedPacked(y, table, ids);
        int width = table.columns();
        for (int i = 0; i < ids.size(); i++) {
            for (int j = 0; j < width; j++) {
                Lanes.set(y.segment(), (long) i * width + j, table.get(ids.get(i), j));
            }
        }
    }

    void backward(Tensor dTable, Tensor dy, Ids ids) {
        KernelChecks.embed(dy, dTable, ids);
        int width = dy.columns();
        MemorySegment table = dTable.segment();
        MemorySegment gradient = dy.segment();
        pool.runRanges(width, COLUMN_GRAIN, (from, to) -> {
            for (int i = 0; i < ids.size(); i++) {
                Lanes.addTo(table, (long) ids.get(i) * width, gradient, (long) i * width, from, to);
            }
        });
    }
}
