package inkling.core.device.cpu;

import inkling.core.device.KernelChecks;
import inkling.core.tensor.Ids;
import inkling.core.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.VectorMask;

/// Look-up of table rows, and its gradient.
///
/// The gradient is split by columns: each worker adds its columns of every row in the order of the tokens, so two
/// tokens with the same id never meet on two threads.
final class EmbeddingKernel {
    private final WorkerPool pool;

    EmbeddingKernel(WorkerPool pool) {
        this.pool = pool;
    }

    void embed(Tensor y, Tensor table, Ids ids) {
        KernelChecks.embed(y, table, ids);
        long bytes = 4L * table.columns();
        pool.run(y.size(), (worker, workers) -> {
            int last = WorkerPool.from(ids.size(), worker + 1, workers);
            for (int i = WorkerPool.from(ids.size(), worker, workers); i < last; i++) {
                MemorySegment.copy(table.segment(), ids.get(i) * bytes, y.segment(), i * bytes, bytes);
            }
        });
    }

    void embedBackward(Tensor dTable, Tensor dy, Ids ids) {
        KernelChecks.embed(dy, dTable, ids);
        int width = dTable.columns();
        pool.run(dy.size(), (worker, workers) -> {
            // shares are whole cache lines, so that workers do not write to the same one
            int lines = (width + 15) / 16;
            int first = Math.min(width, 16 * WorkerPool.from(lines, worker, workers));
            int last = Math.min(width, 16 * WorkerPool.from(lines, worker + 1, workers));
            for (int i = 0; i < ids.size(); i++) {
                long to = 4L * ((long) ids.get(i) * width + first);
                addRow(dTable.segment(), to, dy.segment(), 4L * ((long) i * width + first), last - first);
            }
        });
    }

    private static void addRow(MemorySegment to, long toAt, MemorySegment from, long fromAt, int width) {
        int whole = Lanes.whole(width);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            Lanes.store(Lanes.load(to, toAt + 4L * j).add(Lanes.load(from, fromAt + 4L * j)), to, toAt + 4L * j);
        }
        if (whole < width) {
            VectorMask<Float> tail = Lanes.tail(width);
            long o = 4L * whole;
            Lanes.store(Lanes.load(to, toAt + o, tail).add(Lanes.load(from, fromAt + o, tail)), to, toAt + o, tail);
        }
    }
}
