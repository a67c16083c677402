package inkling.core.device.cpu;

import inkling.core.device.KernelChecks;
import inkling.core.device.KernelChecks.MatmulSize;
import inkling.core.device.Product;
import inkling.core.device.Store;
import inkling.core.tensor.CompactMatrix;
import inkling.core.tensor.Ids;
import inkling.core.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Products with a weight of 16 or 8 bits a number: few rows go to [CompactGemvKernel]; many are arithmetic, not
/// memory, so blocks of the weight are expanded to 32 bits first, transposed on the way, and go through [MatmulKernel].
final class CompactKernel {
    /// Numbers of an expanded block: 8 MiB, which an outer cache holds until it is packed.
    private static final int BLOCK = 2 << 20;

    private static final int ROW_GRAIN = 16;
    private static final int BLOCK_ROWS = CompactMatrix.BLOCK_ROWS;

    private final WorkerPool pool;
    private final MatrixProduct matmul;
    private final CompactGemvKernel gemv;
    private MemorySegment expanded = MemorySegment.NULL;
    private MemorySegment partOfC = MemorySegment.NULL;

    CompactKernel(WorkerPool pool, MatrixProduct matmul) {
        this.pool = pool;
        this.matmul = matmul;
        this.gemv = new CompactGemvKernel(pool);
    }

    void multiply(Tensor c, Tensor a, CompactMatrix b, Store store) {
        MatmulSize size = KernelChecks.matmulCompact(c, a, b);
        if (size.m() == 0 || size.n() == 0) {
            return;
        }
        if (size.m() <= GemvKernel.MOST_ROWS) {
            gemv.multiply(c, a, b, store);
            return;
        }
        int most = Math.max(1, BLOCK / Math.max(1, size.k()) / BLOCK_ROWS) * BLOCK_ROWS;
        int rows = Math.min(most, size.n());
        expanded = atLeast(expanded, (long) rows * size.k());
        partOfC = rows == size.n() ? partOfC : atLeast(partOfC, (long) rows * size.m());
        for (int from = 0; from < size.n(); from += rows) {
            multiplyBlock(c, a, b, store, from, Math.min(size.n(), from + rows));
        }
    }

    private static MemorySegment atLeast(MemorySegment scratch, long elements) {
        return scratch.byteSize() >= elements * Float.BYTES
                ? scratch
                : Arena.ofAuto().allocate(elements * Float.BYTES, Tensor.ALIGNMENT_BYTES);
    }

    private void multiplyBlock(Tensor c, Tensor a, CompactMatrix b, Store store, int from, int to) {
        int count = to - from;
        Tensor block = view(expanded, b.columns(), count);
        pool.run(
                (count + BLOCK_ROWS - 1) / BLOCK_ROWS,
                (i, _) -> CompactRows.expand(b, from / BLOCK_ROWS + i, block.segment(), (long) i * BLOCK_ROWS, count));
        if (count == b.rows()) {
            matmul.multiply(c, a, block, Product.NN, store);
            return;
        }
        Tensor part = view(partOfC, a.rows(), count);
        matmul.multiply(part, a, block, Product.NN, Store.OVERWRITE);
        pool.runRanges(a.rows(), ROW_GRAIN, (first, end) -> {
            for (int i = first; i < end; i++) {
                putRow(c.segment(), (long) i * b.rows() + from, part.segment(), (long) i * count, count, store);
            }
        });
    }

    private static Tensor view(MemorySegment scratch, int rows, int columns) {
        return Tensor.over(scratch.asSlice(0, (long) rows * columns * Float.BYTES), rows, columns);
    }

    private static void putRow(MemorySegment c, long at, MemorySegment part, long from, int count, Store store) {
        if (store == Store.OVERWRITE) {
            MemorySegment.copy(part, from * Float.BYTES, c, at * Float.BYTES, (long) count * Float.BYTES);
            return;
        }
        int j = 0;
        for (; j + Lanes.COUNT <= count; j += Lanes.COUNT) {
            Lanes.store(Lanes.load(c, at + j).add(Lanes.load(part, from + j)), c, at + j);
        }
        for (; j < count; j++) {
            Lanes.set(c, at + j, Lanes.get(c, at + j) + Lanes.get(part, from + j));
        }
    }

    void embed(Tensor y, CompactMatrix table, Ids ids) {
        KernelChecks.embedCompact(y, table, ids);
        for (int i = 0; i < ids.size(); i++) {
            for (int j = 0; j < table.columns(); j++) {
                Lanes.set(y.segment(), (long) i * table.columns() + j, table.get(ids.get(i), j));
            }
        }
    }
}
