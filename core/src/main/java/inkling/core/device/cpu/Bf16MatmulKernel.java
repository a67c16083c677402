package inkling.core.device.cpu;

import inkling.core.device.KernelChecks;
import inkling.core.device.KernelChecks.MatmulSize;
import inkling.core.device.Product;
import inkling.core.device.Store;
import inkling.core.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Matrix product with operands rounded to bf16 and sums in FP32, the multiplying itself done by [Bf16Tiles].
///
/// ```
///               n ──▶ blocks of columns             for each block of steps and of columns:
///            ┌──┬──┬──┬────────┐                      all workers round and pack it, panel by panel
///          k │64│64│64│        │                      all workers take strips of rows of A:
///            ├──┴──┴──┼────────┤                        round and pack the strip
///   k        │        │        │                        one tile: the strip times the block
/// ┌────┐     └────────┴────────┘
/// │    │ ┐
/// │    │ │ strip of rows
/// └────┘ ┘
/// ```
///
/// A strip stays in the worker's own cache between packing and multiplying. Sizes of strips and blocks depend on the
/// product's sizes alone, so the result does not depend on the number of threads.
///
/// Operands are packed anew for every product: these units multiply so fast that memory is the limit, and a weight
/// packed beforehand would be read again all the same.
final class Bf16MatmulKernel implements MatrixProduct {
    /// Rows of a strip, at most: 128 rows of 4096 steps are half of a second-level cache of 2 MiB.
    private static final int STRIP_ROWS = 128;

    /// A product is cut into about this many strips where it has the rows, so that many workers find work.
    private static final int STRIPS = 16;

    private static final int LEAST_STRIP_ROWS = 32;

    /// Steps of the sum in a block, at most. Each block reads and writes all of its part of `C` once.
    private static final int BLOCK_STEPS = 4096;

    /// Bytes of a packed block, at most; the strips meet all of it.
    private static final int BLOCK_BYTES = 8 << 20;

    /// Steps that are packed at a time, so that what is to be transposed is in the first-level cache.
    private static final int PACKED_STEPS = 256;

    private static final long PAGE = 4096;

    private final WorkerPool pool;
    private final Bf16Tiles tiles;
    private final MemorySegment packed;
    private final Worker[] workers;

    Bf16MatmulKernel(WorkerPool pool, Bf16Tiles tiles) {
        if (tiles.workers() < pool.workers()) {
            throw new IllegalArgumentException(
                    tiles.name() + " is set up for " + tiles.workers() + " threads, the device has " + pool.workers());
        }
        this.pool = pool;
        this.tiles = tiles;
        Arena arena = Arena.ofAuto();
        packed = arena.allocate(BLOCK_BYTES, PAGE);
        workers = new Worker[pool.workers()];
        for (int i = 0; i < workers.length; i++) {
            workers[i] = new Worker(
                    arena.allocate(2L * STRIP_ROWS * BLOCK_STEPS, PAGE),
                    arena.allocate(2L * STRIP_ROWS * PACKED_STEPS, PAGE));
        }
    }

    /// What one worker needs for itself: a packed strip, pairs on their way to be transposed.
    private record Worker(MemorySegment strip, MemorySegment pairs, Packing.Piece piece) {
        Worker(MemorySegment strip, MemorySegment pairs) {
            this(strip, pairs, new Packing.Piece());
        }
    }

    @Override
    public String name() {
        return ", products in bf16 by " + tiles.name();
    }

    @Override
    public void multiply(Tensor c, Tensor a, Tensor b, Product product, Store store) {
        MatmulSize size = KernelChecks.matmul(c, a, b, product);
        if (size.m() == 0 || size.n() == 0) {
            return;
        }
        if (size.k() == 0) {
            if (store == Store.OVERWRITE) {
                c.segment().fill((byte) 0);
            }
            return;
        }
        Job job = new Job(c.segment(), a.segment(), b.segment(), product, store, size);
        int steps = MatmulKernel.evenPart(size.k(), BLOCK_STEPS, Bf16Tiles.STEP_UNIT);
        for (int p = 0; p < size.k(); p += steps) {
            int blockSteps = Math.min(steps, size.k() - p);
            int most = BLOCK_BYTES / (2 * padded(blockSteps, Bf16Tiles.STEP_UNIT));
            int columns = MatmulKernel.evenPart(size.n(), most, Bf16Tiles.PANEL_COLUMNS);
            for (int j = 0; j < size.n(); j += columns) {
                multiply(job, new Block(j, Math.min(columns, size.n() - j), p, blockSteps));
            }
        }
    }

    @Override
    public void close() {
        tiles.close();
    }

    private record Job(
            MemorySegment c, MemorySegment a, MemorySegment b, Product product, Store store, MatmulSize size) {}

    /// One packed block: columns `j … j+columns`, steps `p … p+steps`.
    private record Block(int j, int columns, int p, int steps) {
        int paddedSteps() {
            return padded(steps, Bf16Tiles.STEP_UNIT);
        }

        int panels() {
            return (columns + Bf16Tiles.PANEL_COLUMNS - 1) / Bf16Tiles.PANEL_COLUMNS;
        }

        /// Pieces of [#PACKED_STEPS] in a panel.
        int pieces() {
            return (steps + PACKED_STEPS - 1) / PACKED_STEPS;
        }
    }

    private static int padded(int count, int unit) {
        return (count + unit - 1) / unit * unit;
    }

    private void multiply(Job job, Block block) {
        int m = job.size.m();
        int rows = Math.clamp(padded((m + STRIPS - 1) / STRIPS, LEAST_STRIP_ROWS), LEAST_STRIP_ROWS, STRIP_ROWS);
        int strips = (m + rows - 1) / rows;
        Bf16Tiles.Tile tile = tile(job, block, Math.min(rows, m));
        Bf16Tiles.Tile last = tile(job, block, m - (strips - 1) * rows);
        pool.run(block.panels() * block.pieces(), (item, worker) -> {
            int panel = item / block.pieces();
            pack(job, block, workers[worker], panel, item % block.pieces() * PACKED_STEPS);
        });
        pool.run(strips, (strip, worker) -> {
            int row = strip * rows;
            packStrip(job, block, workers[worker], row, Math.min(rows, m - row));
            long at = 4L * ((long) row * job.size.n() + block.j);
            Bf16Tiles.Tile own = strip == strips - 1 ? last : tile;
            own.run(worker, job.c, at, workers[worker].strip, 0, packed, 0);
        });
    }

    private Bf16Tiles.Tile tile(Job job, Block block, int rows) {
        boolean add = job.store == Store.ADD || block.p > 0;
        return tiles.prepare(new Bf16Tiles.Shape(rows, block.columns, block.paddedSteps(), job.size.n(), add));
    }

    /// Packs steps `from …` of a panel.
    private void pack(Job job, Block block, Worker own, int panel, int from) {
        int width = Bf16Tiles.PANEL_COLUMNS;
        int j = block.j + panel * width;
        int columns = Math.min(width, block.j + block.columns - j);
        int p = block.p + from;
        int steps = Math.min(PACKED_STEPS, block.steps - from);
        int paddedSteps = padded(steps, Bf16Tiles.STEP_UNIT);
        long to = 2L * width * ((long) panel * block.paddedSteps() + from);
        if (job.product == Product.NT) {
            int k = job.size.k();
            own.piece.set(job.b, 4L * ((long) j * k + p), 4L * k, columns, steps);
            long rowBytes = 2L * paddedSteps;
            Bf16Packing.rows(own.pairs, 0, paddedSteps, own.piece);
            if (columns < width) {
                own.pairs
                        .asSlice(columns * rowBytes, (width - columns) * rowBytes)
                        .fill((byte) 0);
            }
            Bf16Packing.transposed(packed, to, 4L * width, own.pairs, rowBytes, width, paddedSteps / 2);
        } else {
            int n = job.size.n();
            own.piece.set(job.b, 4L * ((long) p * n + j), 4L * n, steps, columns);
            Bf16Packing.pairs(packed, to, width, paddedSteps, own.piece);
        }
    }

    private void packStrip(Job job, Block block, Worker own, int row, int rows) {
        int paddedSteps = block.paddedSteps();
        if (job.product != Product.TN) {
            int k = job.size.k();
            own.piece.set(job.a, 4L * ((long) row * k + block.p), 4L * k, rows, block.steps);
            Bf16Packing.rows(own.strip, 0, paddedSteps, own.piece);
            return;
        }
        int m = job.size.m();
        int width = padded(rows, LEAST_STRIP_ROWS);
        for (int from = 0; from < block.steps; from += PACKED_STEPS) {
            int steps = Math.min(PACKED_STEPS, block.steps - from);
            int chunk = padded(steps, Bf16Tiles.STEP_UNIT);
            own.piece.set(job.a, 4L * ((long) (block.p + from) * m + row), 4L * m, steps, rows);
            Bf16Packing.pairs(own.pairs, 0, width, chunk, own.piece);
            Bf16Packing.transposed(own.strip, 2L * from, 2L * paddedSteps, own.pairs, 4L * width, chunk / 2, width);
        }
    }
}
