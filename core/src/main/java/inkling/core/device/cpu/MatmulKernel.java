package inkling.core.device.cpu;

import inkling.core.device.KernelChecks;
import inkling.core.device.KernelChecks.MatmulSize;
import inkling.core.device.Product;
import inkling.core.device.Store;
import inkling.core.tensor.PackedMatrix;
import inkling.core.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.List;

/// Matrix product: packed blocks of `op(B)`, shared by all workers, against strips of rows of `op(A)`.
///
/// ```
///               n ──▶ blocks of columns               for each block of columns and of steps of the sum:
///            ┌─┬─┬─┬─┬────────┐                         all workers pack it, panel by panel
///          k │p│a│n│e│        │                         all workers take strips of 6-row tiles of A:
///            ├─┴─┴─┴─┼────────┤                           for each group of panels
///   k        │       │        │                             for each tile of the strip
/// ┌────┐     └───────┴────────┘                               for each panel of the group:
/// │    │ ┐                                                      micro-kernel, then the tile is added to C
/// │    │ │ strip of 6-row tiles, the last ones the smallest
/// └────┘ ┘
/// ```
///
/// Where `A` lies row by row (NN, NT) it is read in place: a group of panels fills the second-level cache and the rows
/// stream past it. Where `A` is transposed (TN), and on machines with few registers unless columns are few, a strip is
/// packed once and stays in that cache, beside as many panels as there is room for. So are tiles of fewer than 6 rows.
///
/// Packing a block together means to fetch the others' part from their caches, which some processors do slowly; or
/// every worker packs all of it for itself. Both are tried, and the faster is kept ([FasterWay]): on a machine whose
/// cores have no common cache copies are 1.03 to 1.16 times as fast alone. A copy is packed
/// by the tiles themselves, on their way ([MatmulStrip]); a single worker always does that.
///
/// NT with many columns shares nothing: every worker packs a group of panels for itself, right into its second-level
/// cache, has all rows of `A` pass, and takes the next group. Nobody waits for anybody in between, and what is packed
/// is never read from an outer cache. NN does not gain by that, since few columns of `B` are short runs in memory.
/// Where rows are packed, too, few of them must meet many columns for that.
///
/// NN and TN with few rows, many columns and a long sum: packing is much of the work, since what is packed meets few
/// rows. There the sum has two halves, each with a result of its own, added at the end; two workers take one half each
/// and pack only half of `B`. Two threads are 1.02 to 1.12 times as fast so, one is 0.96 to 1.0 times, or computes the
/// same sums one after the other where a half is a single block.
///
/// TN with few columns has a way of its own, [NarrowGradients].
///
/// Every element is summed over the same blocks of `k` in the same order, whoever computes it.
final class MatmulKernel implements MatrixProduct {
    /// Columns of a block, so that few blocks (and few waits of all workers for each other) make a product, and its
    /// packed form is still small beside an outer cache.
    private static final int BLOCK_COLUMNS = 2048;

    /// Steps of the sum in a block, at most. Each block reads and writes all of its part of `C` once; measured on one
    /// core, squares of 2048: 256 steps 190–200 GFLOP/s, 512 214–220, 700 227–231, 1024 217–230.
    private static final int BLOCK_STEPS = 768;

    /// The same for TN, whose rows of `A` are packed: with 1,024 and 2,048 steps 1.00 to 1.03 times as fast as with 768
    /// on one thread, 0.97 to 1.04 on two. (NN of 4,096 steps is 0.98 to 1.00 times as fast with 1,024.)
    private static final int TN_BLOCK_STEPS = 1024;

    /// Panels for each worker from which on none are shared (NT), and at least a whole group: with fewer, some workers
    /// would be done before others, or rows of `A` would pass too often.
    private static final int OWN_PANELS = 6;

    /// Columns for each row from which on none are shared where rows are packed: then every worker packs all rows once
    /// for each of its groups. Measured on a Zen 3, two threads: 512 rows and 10,000 columns 1.05 times as fast as with
    /// blocks that are shared or copied, 2,048 rows and 512 to 2,688 columns 0.81 to 1.01 times.
    private static final long COLUMNS_PER_PACKED_ROW = 8;

    /// Workers that may have copies of a block, at most: each takes [#BLOCK_BYTES], and each packs all of it.
    private static final int MOST_COPIES = 8;

    /// Tiles for each worker from which on copies are tried: with few, packing would be much of the work.
    private static final int LEAST_TILES_PER_COPY = 16;

    /// Elements of two results that a worker adds at a time.
    private static final int ADDED_TOGETHER = 1 << 14;

    /// Bytes of a packed block, at most.
    private static final long BLOCK_BYTES = 4L * TN_BLOCK_STEPS * BLOCK_COLUMNS;

    /// Bytes of the result of half a sum, at most.
    private static final long HALF_BYTES = 6 << 20;

    private final WorkerPool pool;
    private final MatmulWorker[] workers;
    private final PackedBlock shared = new PackedBlock();
    private final GemvKernel gemv;
    private final NarrowGradients narrow;
    private final FasterWay sharing = new FasterWay();
    private MemorySegment packed = MemorySegment.NULL;
    private MemorySegment secondHalf = MemorySegment.NULL;
    private int blocksCopied;

    MatmulKernel(WorkerPool pool) {
        this.pool = pool;
        this.gemv = new GemvKernel(pool);
        workers = new MatmulWorker[pool.workers()];
        Arrays.setAll(workers, _ -> new MatmulWorker());
        narrow = new NarrowGradients(pool, workers);
    }

    /// The memory, with the first product that needs it: a model that writes one token after the other packs nothing.
    private void allocate() {
        long ownBytes = MatmulStrip.STRIP_BYTES + MatmulStrip.GROUP_BYTES;
        MemorySegment memory = MatmulWorker.hugePages(BLOCK_BYTES + ownBytes * pool.workers());
        packed = memory.asSlice(0, BLOCK_BYTES);
        for (int i = 0; i < workers.length; i++) {
            MemorySegment own = memory.asSlice(BLOCK_BYTES + i * ownBytes, ownBytes);
            workers[i].packedRows = own.asSlice(0, MatmulStrip.STRIP_BYTES);
            workers[i].panels = own.asSlice(MatmulStrip.STRIP_BYTES);
        }
        workers[0].copy = packed;
    }

    @Override
    public String name() {
        return "";
    }

    @Override
    public void close() {}

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
        } else if (product == Product.NT && size.m() <= GemvKernel.MOST_ROWS) {
            gemv.multiply(c, a, b, store);
        } else {
            PackedBlock.Source source =
                    product == Product.NT ? new PackedBlock.Columns(b.segment()) : new PackedBlock.Steps(b.segment());
            multiply(new MatmulJob(c.segment(), a.segment(), source, product, store, size));
        }
    }

    /// `C = A·Bᵀ` or `C += A·Bᵀ` with a weight whose panels are ready, or nearly so.
    void multiply(Tensor c, Tensor a, PackedMatrix b, Store store) {
        MatmulSize size = KernelChecks.matmulPacked(c, a, b);
        if (size.k() == 0 && store == Store.OVERWRITE) {
            c.segment().fill((byte) 0);
        } else if (size.m() > 0 && size.n() > 0 && size.k() > 0) {
            multiply(new MatmulJob(c.segment(), a.segment(), new PackedBlock.Ready(b), Product.NT, store, size));
        }
    }

    private void multiply(MatmulJob job) {
        AllMemory.require(job.c(), job.a(), job.b().memory());
        try {
            multiplyAddresses(job);
        } finally {
            Reference.reachabilityFence(job); // micro-kernels and packing know addresses only
            Reference.reachabilityFence(this);
        }
    }

    private void multiplyAddresses(MatmulJob job) {
        if (packed.byteSize() == 0) {
            allocate();
        }
        int vectors = MicroKernel.vectorsFor(job.size().n());
        int steps = evenPart(job.size().k(), mostSteps(job), 1);
        int width = vectors * Lanes.COUNT;
        int panels = ceilDiv(job.size().n(), width);
        int most = (int) Math.max(1, MatmulStrip.GROUP_BYTES / (4L * width * steps));
        if (mayOwn(job) && panels / pool.workers() >= Math.max(OWN_PANELS, most)) {
            pool.runShrinking(panels, 1, most, (first, end, worker) -> {
                MatmulWorker own = workers[worker];
                int columns = Math.min(end * width, job.size().n()) - first * width;
                own.block.columns(own.panels, first * width, columns, vectors);
                multiplyOwn(job, steps, own);
            });
        } else if (NarrowGradients.suits(job.product(), job.size())) {
            narrow.multiply(job.c(), job.a(), job.b().memory(), job.store(), job.size(), packed);
        } else if (pool.workers() == 1) {
            multiplyParts(job, vectors, true);
        } else if (mayCopy(job.size().m())) {
            sharing.go(job.product(), job.size(), shares -> multiplyParts(job, vectors, !shares));
        } else {
            multiplyParts(job, vectors, false);
        }
    }

    private void multiplyParts(MatmulJob job, int vectors, boolean copies) {
        if (!job.isHalved(HALF_BYTES)) {
            multiplyBlocks(List.of(job), vectors, copies);
            return;
        }
        int middle = ceilDiv(job.size().k(), 2);
        if (pool.workers() == 1 && middle <= mostSteps(job)) { // the same sums: a half is a block
            multiplyBlocks(List.of(job.before(middle)), vectors, copies);
            multiplyBlocks(List.of(job.addedFrom(middle)), vectors, copies);
            return;
        }
        if (secondHalf.byteSize() == 0) {
            secondHalf = MatmulWorker.hugePages(HALF_BYTES);
        }
        multiplyBlocks(List.of(job.before(middle), job.aside(secondHalf, middle)), vectors, copies);
        int elements = job.size().m() * job.size().n();
        pool.runRanges(elements, ADDED_TOGETHER, (from, to) -> Lanes.addTo(job.c(), 0, secondHalf, 0, from, to));
    }

    private boolean mayOwn(MatmulJob job) {
        boolean pays = !MatmulStrip.packsRows(job)
                || pool.workers() > 1
                        && job.size().n() >= COLUMNS_PER_PACKED_ROW * job.size().m();
        return pays && job.product() == Product.NT;
    }

    private boolean mayCopy(int rows) {
        int tiles = ceilDiv(rows, MicroKernel.ROWS);
        return pool.workers() > 1 && pool.workers() <= MOST_COPIES && tiles / pool.workers() >= LEAST_TILES_PER_COPY;
    }

    /// All rows and all steps of a few panels that no other worker needs.
    private static void multiplyOwn(MatmulJob job, int steps, MatmulWorker own) {
        MatmulSize size = job.size();
        for (int p = 0; p < size.k(); p += steps) {
            own.block.steps(p, Math.min(steps, size.k() - p));
            own.pack(job.b(), job.size());
            for (int tile = 0; tile * MicroKernel.ROWS < size.m(); tile++) {
                if (MatmulStrip.packsRows(job)) {
                    MatmulStrip.multiply(job, own.block, own, tile, tile + 1);
                } else {
                    MatmulStrip.multiplyTile(job, own.block, own, tile, 0, 0, own.block.panels());
                }
            }
        }
    }

    /// Workers share every packed block, or each has a copy of it. The parts of a sum are computed side by side.
    private void multiplyBlocks(List<MatmulJob> parts, int vectors, boolean copies) {
        MatmulJob first = parts.getFirst();
        int n = first.size().n();
        int all = first.to() - first.from();
        int steps = evenPart(all, mostSteps(first), 1);
        int blockColumns = evenPart(n, BLOCK_COLUMNS, vectors * Lanes.COUNT);
        for (int j = 0; j < n; j += blockColumns) {
            PackedBlock block = shared.columns(packed, j, Math.min(blockColumns, n - j), vectors);
            for (int p = 0; p < all; p += steps) {
                if (copies) {
                    multiplyCopies(parts, block, p, steps);
                } else {
                    for (MatmulJob part : parts) {
                        block.steps(part.from() + p, part.stepsAt(p, steps));
                        multiplyShared(part, block);
                    }
                }
            }
        }
    }

    private void multiplyCopies(List<MatmulJob> parts, PackedBlock block, int p, int steps) {
        for (MatmulWorker worker : workers) {
            if (worker.copy.byteSize() == 0) {
                worker.copy = MatmulWorker.hugePages(BLOCK_BYTES);
            }
        }
        MatmulJob any = parts.getFirst();
        int tiles = tiles(any);
        int number = blocksCopied + 1;
        blocksCopied += parts.size();
        pool.runShrinking(
                parts.size() * tiles,
                MatmulStrip.LEAST_TILES_PER_STRIP,
                MatmulStrip.mostTiles(any, steps),
                (from, to, worker) -> {
                    for (int at = from; at < to; ) {
                        int part = at / tiles;
                        int end = Math.min(to, (part + 1) * tiles);
                        MatmulJob job = parts.get(part);
                        MatmulWorker own = workers[worker];
                        own.copy(number + part, block, job.from() + p, job.stepsAt(p, steps), job.b(), job.size());
                        MatmulStrip.multiply(job, own.block, own, at - part * tiles, end - part * tiles);
                        at = end;
                    }
                });
    }

    private void multiplyShared(MatmulJob job, PackedBlock block) {
        pool.run(
                block.pieces(job.b()),
                (piece, worker) -> block.pack(job.b(), job.size(), piece, workers[worker].piece));
        pool.runShrinking(
                tiles(job),
                MatmulStrip.LEAST_TILES_PER_STRIP,
                MatmulStrip.mostTiles(job, block.steps),
                (first, end, worker) -> MatmulStrip.multiply(job, block, workers[worker], first, end));
    }

    private static int mostSteps(MatmulJob job) {
        return job.product() == Product.TN ? TN_BLOCK_STEPS : BLOCK_STEPS;
    }

    private static int tiles(MatmulJob job) {
        return ceilDiv(job.size().m(), MicroKernel.ROWS);
    }

    /// The size of the parts, multiples of `unit` and at most about `most`, when `count` is cut into parts that are as
    /// equal as possible.
    static int evenPart(int count, int most, int unit) {
        int units = ceilDiv(count, unit);
        int parts = ceilDiv(units, Math.max(1, most / unit));
        return ceilDiv(units, parts) * unit;
    }

    static int ceilDiv(int a, int b) {
        return (a + b - 1) / b;
    }
}
