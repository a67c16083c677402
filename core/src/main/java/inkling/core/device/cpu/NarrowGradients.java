package inkling.core.device.cpu;

import inkling.core.device.KernelChecks.MatmulSize;
import inkling.core.device.Product;
import inkling.core.device.Store;
import java.lang.foreign.MemorySegment;

/// `C = Aᵀ·B` with few columns and long sums, the gradients of small weights: `B` stays in place, nothing is shared and
/// nobody waits for anybody.
///
/// ```
///         m ──▶                n (few)
///      ┌─┬─┬─┬───┐           ┌─────────┐        every worker takes tiles of 6 columns of A;
///    k │6│6│6│   │         k │         │        for each block of steps, so that B's is in its cache:
///      │ │ │ │   │           │         │          for each tile, for each panel of B's columns:
///      └─┴─┴─┴───┘           └─────────┘            micro-kernel, then the tile is added to C
/// ```
///
/// A tile of `A` meets so few panels that packing it would hardly pay: six floats of every row of `A`, which may lie
/// kilobytes apart. Whether a processor fetches such steps ahead differs: a Zen 4 is 1.1 times as fast in place at any
/// distance, a Xeon 1.8 times as fast with `A` packed by strips where rows are 16 KB. So both are tried
/// ([FasterWay]) where rows are longer than any processor minds.
///
/// Tiles for few registers are so narrow that every step of them is a line of the cache for 80 multiply-adds: they need
/// everything packed. On a Zen 3 gradients of M are 1.2 to 1.9 times as fast in the usual way.
///
/// With more columns than rows, and few of both, `Cᵀ = Bᵀ·A` is computed and turned at the end: 1.2 times as fast for
/// 128×384, since there are three times as many tiles to share, and `B`'s part of a block is smaller.
final class NarrowGradients {
    /// Columns up to which `B` stays in place. Measured on a Zen 4, gradients of M's weights: packing was 15 to 25
    /// percent of the product, in place it is 1.05 to 1.4 times as fast; with 512 columns 0.9 to 1.0 times.
    private static final int MOST_COLUMNS = 384;

    /// Bytes of a row of `A` up to which `A` stays in place without being asked: as far as all processors look ahead.
    private static final int NEAR_BYTES = 2048;

    /// Steps of the sum in a block: so many lines of `A` fill a first cache of 32 KiB.
    private static final int BLOCK_STEPS = 512;

    /// Tiles that a worker takes at a time, at least; with 3 it is as fast.
    private static final int LEAST_TILES = 12;

    /// Bytes of a block of `B`, at most, beside lines of `A` in a second-level cache of 1 MiB.
    private static final int BLOCK_BYTES = 576 << 10;

    private final WorkerPool pool;
    private final MatmulWorker[] workers;
    private final FasterWay packing = new FasterWay();

    NarrowGradients(WorkerPool pool, MatmulWorker[] workers) {
        this.pool = pool;
        this.workers = workers;
    }

    /// True if the product is one of these.
    static boolean suits(Product product, MatmulSize size) {
        return AllMemory.GRANTED && !Lanes.FEW_REGISTERS && product == Product.TN && isNarrow(size.n());
    }

    private static boolean isNarrow(int columns) {
        return columns <= MOST_COLUMNS && columns % (MicroKernel.vectorsFor(columns) * Lanes.COUNT) == 0;
    }

    /// Operands and result, as seen by the tiles.
    private record Job(MemorySegment c, MemorySegment a, MemorySegment b, boolean add, MatmulSize size) {}

    /// `C = Aᵀ·B` or `C += Aᵀ·B`; all three outlive the call. A result that is to be turned is put into `turned` first.
    void multiply(
            MemorySegment c, MemorySegment a, MemorySegment b, Store store, MatmulSize size, MemorySegment turned) {
        int m = size.m();
        int n = size.n();
        if (store == Store.OVERWRITE && n > m && isNarrow(m) && 4L * m * n <= turned.byteSize()) {
            multiply(new Job(turned, b, a, false, new MatmulSize(n, m, size.k())));
            Packing.transposed(c, 0, n, workers[0].piece.set(turned, 0, 4L * m, n, m));
        } else {
            multiply(new Job(c, a, b, store == Store.ADD, size));
        }
    }

    private void multiply(Job job) {
        MatmulSize size = job.size;
        if (4L * size.m() <= NEAR_BYTES) {
            multiply(job, false);
            return;
        }
        packing.go(Product.TN, size, packs -> multiply(job, packs));
    }

    private void multiply(Job job, boolean packs) {
        int k = job.size.k();
        int steps = MatmulKernel.evenPart(k, Math.min(BLOCK_STEPS, BLOCK_BYTES / (4 * job.size.n())), 1);
        int tiles = MatmulKernel.ceilDiv(job.size.m(), MicroKernel.ROWS);
        int most = packs ? MatmulStrip.mostPackedTiles(steps) : Math.max(tiles, LEAST_TILES);
        pool.runShrinking(tiles, LEAST_TILES, most, (first, end, worker) -> {
            for (int p = 0; p < k; p += steps) {
                multiply(job, workers[worker], first, end, packs, p, Math.min(steps, k - p));
            }
        });
    }

    /// Some tiles and some steps. `A` is packed if asked for, and where its last tile is not whole.
    private static void multiply(Job job, MatmulWorker own, int first, int end, boolean packs, int p, int steps) {
        int m = job.size.m();
        long aAt = 4 * ((long) p * m + (long) first * MicroKernel.ROWS);
        int whole = packs ? first : Math.min(end, m / MicroKernel.ROWS);
        for (int tile = first; tile < whole; tile++) {
            multiplyTile(job, own, tile, job.a, aAt, 4L * m, p, steps);
            aAt += 4L * MicroKernel.ROWS;
        }
        if (whole < end) {
            int rows = Math.min(end * MicroKernel.ROWS, m) - whole * MicroKernel.ROWS;
            Packing.tiles(own.packedRows, own.piece.set(job.a, aAt, 4L * m, steps, rows));
            for (int tile = whole; tile < end; tile++) {
                long at = (tile - whole) * Packing.tileBytes(steps);
                multiplyTile(job, own, tile, own.packedRows, at, Packing.STEP_BYTES, p, steps);
            }
        }
    }

    private static void multiplyTile(
            Job job, MatmulWorker own, int tile, MemorySegment a, long aAt, long aStep, int p, int steps) {
        int n = job.size.n();
        int row = tile * MicroKernel.ROWS;
        int rows = Math.min(MicroKernel.ROWS, job.size.m() - row);
        int vectors = MicroKernel.vectorsFor(n);
        int width = vectors * Lanes.COUNT;
        boolean add = job.add || p > 0;
        for (int j = 0; j < n; j += width) {
            long bAt = 4 * ((long) p * n + j);
            own.kernel.columns(vectors, a, aAt, aStep, job.b, bAt, 4L * n, steps);
            own.kernel.write(vectors, job.c, 4 * ((long) row * n + j), 4L * n, rows, width, add);
        }
    }
}
