package inkling.core.device.cpu;

/// Splits the rows of a weight between the workers for a product that is limited by reading them.
///
/// A small weight is cut into one fixed share for each worker, so that each processor finds its share in its own cache
/// at the next token. A large one comes from memory anyway: it is handed out in pieces, so that a worker that is held
/// up leaves more to the others. The smallest are not worth a second worker.
final class RowShares {
    /// Weights smaller than this are read by the caller alone: waking a worker takes as long.
    private static final long SMALLEST_SHARED_BYTES = 32 << 10;

    /// Weights larger than this for each worker do not stay in its cache.
    private static final long LARGEST_OWNED_BYTES = 4 << 20;

    /// Bytes of a piece of a large weight.
    private static final long PIECE_BYTES = 512 << 10;

    /// Something to be done for a range of rows.
    interface Rows {
        /// Does the rows `from` (inclusive) to `to` (exclusive).
        void run(int from, int to, int worker);
    }

    private final WorkerPool pool;
    private final int together;
    private final int pieceTogether;
    private final WorkerPool.Task share = this::runShare;
    private int rows;
    private int rowsEach;
    private Rows work = (from, to, worker) -> {};

    /// `together` rows are summed at once: shares begin at multiples of it, and pieces of a large weight at multiples
    /// of `pieceTogether` if every worker then has two of them or more.
    RowShares(WorkerPool pool, int together, int pieceTogether) {
        this.together = together;
        this.pieceTogether = pieceTogether;
        this.pool = pool;
    }

    /// Runs `newWork` for all rows of a weight that takes so many bytes for each.
    void run(int newRows, long rowBytes, Rows newWork) {
        int workers = pool.workers();
        long bytes = newRows * rowBytes;
        if (workers == 1 || bytes < SMALLEST_SHARED_BYTES) {
            newWork.run(0, newRows, 0);
            return;
        }
        rows = newRows;
        work = newWork;
        boolean owned = bytes <= LARGEST_OWNED_BYTES * workers;
        boolean enough = ceilDiv(newRows, pieceTogether) >= 2L * workers;
        int unit = owned || !enough ? together : pieceTogether;
        long each = owned ? ceilDiv(newRows, workers) : PIECE_BYTES / rowBytes;
        rowsEach = Math.toIntExact(Math.max(1, ceilDiv(each, unit)) * unit);
        if (owned) {
            pool.runOnEach(share);
        } else {
            pool.run(Math.toIntExact(ceilDiv(newRows, rowsEach)), share);
        }
    }

    private void runShare(int item, int worker) {
        int from = Math.min(rows, item * rowsEach);
        int to = Math.min(rows, from + rowsEach);
        if (from < to) {
            work.run(from, to, worker);
        }
    }

    private static long ceilDiv(long a, long b) {
        return (a + b - 1) / b;
    }
}
