package inkling.core.device.cpu;

import inkling.core.device.Product;
import inkling.core.device.Store;
import java.lang.foreign.MemorySegment;

/// What one worker of [MatmulKernel] does with a packed block: a strip of tiles of `A` meets its panels.
///
/// ```
///   strip of A         block of B: panels, in groups      for each group of panels:
///  ┌─────────┐ tile   ┌────┬────┐┌────┬────┐┌────┬────┐     for each tile of the strip:
///  ├─────────┤        │    │    ││    │    ││    │    │       for each panel of the group:
///  ├─────────┤        │    │    ││    │    ││    │    │         micro-kernel, then the tile is added to C
///  └─────────┘        └────┴────┘└────┴────┘└────┴────┘
/// ```
///
/// A worker that has the block for itself need not pack it before (NN, TN): the first tile that meets a panel reads it
/// in place and packs it on its way ([PackingTile]).
final class MatmulStrip {
    /// Bytes of the panels that a strip meets together: four panels of 512 steps, or three of 700, beside the rows in
    /// a second-level cache of 1 MiB.
    static final int GROUP_BYTES = 576 << 10;

    /// Tiles that a worker takes at a time, at most. With 16 instead, TN is 2 to 5 % slower (rows of `A` are then read
    /// in shorter runs).
    static final int TILES_PER_STRIP = 32;

    /// Bytes of a packed strip (TN), at most: 19 tiles of 1,024 steps, beside a panel in a second-level cache of 1 MiB.
    static final int STRIP_BYTES = 640 << 10;

    /// Bytes of a packed strip and of the panels that it meets together. One panel at a time writes `C` in runs of 256
    /// bytes; with more, gradients of 50,257×768 are 1.07 times as fast, others 1.00 to 1.02.
    private static final int STRIP_AND_GROUP_BYTES = 832 << 10;

    /// Tiles that a worker takes at a time, at least, when little is left: with 12 one of two workers waits for up to a
    /// tenth of a product. Two threads are 1.00 to 1.06 times as fast with 3, and with 1 or 2 as fast as with 3.
    static final int LEAST_TILES_PER_STRIP = 3;

    /// Columns from which on rows are packed where registers are few. Two threads of a Zen 3: 128 columns 0.88 to 0.93
    /// times as fast packed, 384 to 4,096 columns 1.00 to 1.09 times.
    private static final int COLUMNS_TO_PACK = 256;

    private MatmulStrip() {}

    /// Whether strips of `A` are packed: where steps lie far apart (TN), and where registers are few ([FiveRowTile]) if
    /// what is packed meets some columns.
    static boolean packsRows(MatmulJob job) {
        return job.product() == Product.TN || Lanes.FEW_REGISTERS && job.size().n() >= COLUMNS_TO_PACK;
    }

    /// Tiles that a worker takes at a time, at most.
    static int mostTiles(MatmulJob job, int steps) {
        return packsRows(job) ? mostPackedTiles(steps) : TILES_PER_STRIP;
    }

    /// The same where they are packed.
    static int mostPackedTiles(int steps) {
        return (int) Math.min(TILES_PER_STRIP, STRIP_BYTES / Packing.tileBytes(steps));
    }

    /// Tiles `first` to `end` (exclusive) with all panels of the block.
    static void multiply(MatmulJob job, PackedBlock block, MatmulWorker own, int first, int end) {
        own.kernel.practisePacking();
        if (packsRows(job)) {
            packStrip(job, block, own, first, end);
        }
        long room =
                packsRows(job) ? STRIP_AND_GROUP_BYTES - (end - first) * Packing.tileBytes(block.steps) : GROUP_BYTES;
        int group = (int) Math.max(1, room / block.panelBytes());
        for (int panel = 0; panel < block.panels(); panel += group) {
            int endPanel = Math.min(panel + group, block.panels());
            for (int tile = first; tile < end; tile++) {
                multiplyTile(job, block, own, tile, tile - first, panel, endPanel);
            }
        }
        own.packsOnTheWay = false;
    }

    private static void packStrip(MatmulJob job, PackedBlock block, MatmulWorker own, int first, int end) {
        long m = job.size().m();
        long k = job.size().k();
        int row = first * MicroKernel.ROWS;
        int rows = (int) Math.min((long) end * MicroKernel.ROWS, m) - row;
        if (job.product() == Product.TN) {
            Packing.tiles(own.packedRows, own.piece.set(job.a(), 4 * (block.p * m + row), 4 * m, block.steps, rows));
        } else {
            long tileBytes = Packing.tileBytes(block.steps);
            own.piece.set(job.a(), 4 * (row * k + block.p), 4 * k, rows, block.steps);
            own.rowPacking.tiles(
                    own.packedRows, tileBytes, own.piece, job.size().m());
        }
    }

    /// Packs a tile of rows of `A` that lie in place (NN, NT).
    private static void packTile(MatmulJob job, PackedBlock block, MatmulWorker own, int row, int rows) {
        long k = job.size().k();
        own.piece.set(job.a(), 4 * (row * k + block.p), 4 * k, rows, block.steps);
        Packing.transposed(own.packedRows, 0, (int) (Packing.STEP_BYTES / Float.BYTES), own.piece);
    }

    /// A tile, the `inStrip`-th of its strip, with some panels; the first packs those that are not packed yet.
    static void multiplyTile(
            MatmulJob job, PackedBlock block, MatmulWorker own, int tile, int inStrip, int firstPanel, int endPanel) {
        int row = tile * MicroKernel.ROWS;
        int rows = Math.min(MicroKernel.ROWS, job.size().m() - row);
        boolean packs = own.packsOnTheWay && inStrip == 0;
        MemorySegment a = own.packedRows;
        long aAt = 0;
        long aRow = 0;
        if (packsRows(job)) {
            aAt = inStrip * Packing.tileBytes(block.steps);
        } else {
            long k = job.size().k();
            if (rows == MicroKernel.ROWS && !packs) {
                a = job.a();
                aAt = 4 * (row * k + block.p);
                aRow = 4 * k;
            } else {
                packTile(job, block, own, row, rows);
            }
        }
        int vectors = block.tileVectors;
        int width = block.panelWidth();
        int n = job.size().n();
        boolean add = job.store() == Store.ADD || block.p > job.from();
        for (int panel = firstPanel; panel < endPanel; panel++) {
            int j = block.j + panel * width;
            int columns = Math.min(width, block.j + block.columns - j);
            long panelAt = panel * block.panelBytes();
            if (packs && columns == width) {
                long at = 4 * ((long) block.p * n + j);
                own.kernel.columnsAndPack(a, 0, job.b().memory(), at, 4L * n, block.packed, panelAt, block.steps);
            } else if (aRow == 0) {
                long step = Packing.STEP_BYTES;
                own.kernel.columns(vectors, a, aAt, step, block.packed, panelAt, 4L * width, block.steps);
            } else {
                own.kernel.rows(vectors, a, aAt, aRow, block.packed, panelAt, block.steps);
            }
            own.kernel.write(vectors, job.c(), 4L * ((long) row * n + j), 4L * n, rows, columns, add);
        }
    }
}
