package inkling.core.device.cpu;

import inkling.core.device.KernelChecks.MatmulSize;
import inkling.core.tensor.PackedMatrix;
import java.lang.foreign.MemorySegment;

/// A block of `op(B)` in the order in which the micro-kernel reads it: columns `j … j+columns`, cut into panels, each
/// with steps `p … p+steps` of the sum one after the other.
///
/// An object for every block would be garbage in every step of a training: there is one that all workers share, and
/// one for each worker.
final class PackedBlock {
    /// Rows of `B` that are packed together where they are copied.
    private static final int ROWS_PER_PIECE = 32;

    /// What `op(B)` is packed from.
    sealed interface Source {
        /// Where it lies.
        MemorySegment memory();
    }

    /// A matrix whose rows are steps of the sum (NN, TN).
    record Steps(MemorySegment memory) implements Source {}

    /// A matrix whose rows are columns of `op(B)` (NT).
    record Columns(MemorySegment memory) implements Source {}

    /// A weight whose panels are ready, or nearly so (NT).
    record Ready(PackedMatrix b) implements Source {
        @Override
        public MemorySegment memory() {
            return b.values();
        }
    }

    /// What it is packed into, panel after panel.
    MemorySegment packed = MemorySegment.NULL;

    /// First column.
    int j;
    /// Columns.
    int columns;
    /// First step of the sum.
    int p;
    /// Steps.
    int steps;
    /// Vectors of a tile, and of a panel.
    int tileVectors;

    PackedBlock columns(MemorySegment newPacked, int newJ, int newColumns, int newTileVectors) {
        packed = newPacked;
        j = newJ;
        columns = newColumns;
        tileVectors = newTileVectors;
        return this;
    }

    void steps(int newP, int newSteps) {
        p = newP;
        steps = newSteps;
    }

    int panelWidth() {
        return tileVectors * Lanes.COUNT;
    }

    long panelBytes() {
        return 4L * panelWidth() * steps;
    }

    int panels() {
        return MatmulKernel.ceilDiv(columns, panelWidth());
    }

    /// Into how many pieces packing is cut, to be done in any order: panels, or runs of rows.
    int pieces(Source source) {
        return source instanceof Steps ? MatmulKernel.ceilDiv(steps, ROWS_PER_PIECE) : panels();
    }

    /// Packs one piece; `scratch` is the worker's own.
    void pack(Source source, MatmulSize size, int piece, Packing.Piece scratch) {
        switch (source) {
            case Steps(MemorySegment b) -> packRows(b, size.n(), piece * ROWS_PER_PIECE, scratch);
            case Columns(MemorySegment b) -> packPanel(b, size.k(), piece, scratch);
            case Ready(PackedMatrix b) -> {
                int first = j + piece * panelWidth();
                PackedRows.panel(packed, piece * panelBytes(), panelWidth(), b, first, p, steps);
            }
        }
    }

    /// True if the first tile that meets a whole panel can pack it ([MicroKernel#columnsAndPack]).
    boolean isPackedByTiles(Source source) {
        return PackingTile.EXISTS && source instanceof Steps && tileVectors == PackingTile.VECTORS;
    }

    /// Packs the last panel of a matrix whose rows are steps.
    void packLastPanel(Source source, MatmulSize size, Packing.Piece scratch) {
        int panel = panels() - 1;
        int done = panel * panelWidth();
        long from = 4L * ((long) p * size.n() + j + done);
        Packing.Piece piece = scratch.set(source.memory(), from, 4L * size.n(), steps, columns - done);
        Packing.panels(packed, panel * panelBytes(), panelWidth(), panelBytes(), piece);
    }

    private void packRows(MemorySegment b, int n, int first, Packing.Piece scratch) {
        int rows = Math.min(ROWS_PER_PIECE, steps - first);
        long from = 4L * ((long) (p + first) * n + j);
        Packing.Piece piece = scratch.set(b, from, 4L * n, rows, columns);
        Packing.panels(packed, 4L * first * panelWidth(), panelWidth(), panelBytes(), piece);
    }

    private void packPanel(MemorySegment b, int k, int panel, Packing.Piece scratch) {
        int done = panel * panelWidth();
        long from = 4L * ((long) (j + done) * k + p);
        Packing.Piece piece = scratch.set(b, from, 4L * k, Math.min(panelWidth(), columns - done), steps);
        Packing.transposedFromAfar(packed, panel * panelBytes(), panelWidth(), piece);
    }
}
