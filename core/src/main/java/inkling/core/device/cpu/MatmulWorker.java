package inkling.core.device.cpu;

import inkling.core.device.KernelChecks.MatmulSize;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// What one worker of [MatmulKernel] needs for itself.
final class MatmulWorker {
    /// Where the system has huge pages they start at multiples of this, and what is packed lies in them: 5 % faster.
    private static final long HUGE_PAGE = 2 << 20;

    /// Room for a strip of `A`.
    MemorySegment packedRows = MemorySegment.NULL;
    /// Room for a group of panels that no other worker needs.
    MemorySegment panels = MemorySegment.NULL;
    /// Room for a whole packed block, where every worker has a copy.
    MemorySegment copy = MemorySegment.NULL;

    /// What of `B` is packed in one of these.
    final PackedBlock block = new PackedBlock();

    final MicroKernel kernel = new MicroKernel();
    final Packing.Piece piece = new Packing.Piece();
    final FiveRowPacking rowPacking = new FiveRowPacking();
    private int copied;

    /// True while whole panels of the block are still to be packed, each by the first tile that meets it.
    boolean packsOnTheWay;

    /// Memory in huge pages, all its own.
    static MemorySegment hugePages(long bytes) {
        return Arena.ofAuto().allocate((bytes + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE, HUGE_PAGE);
    }

    /// Packs the block.
    void pack(PackedBlock.Source b, MatmulSize size) {
        int pieces = block.pieces(b);
        for (int i = 0; i < pieces; i++) {
            block.pack(b, size, i, piece);
        }
    }

    /// Packs the columns of a block, steps `p … p+steps`, for this worker alone, unless it has just done so: the
    /// `number`-th of all blocks that were copied. Panels that tiles can pack are left to the next strip.
    void copy(int number, PackedBlock columns, int p, int steps, PackedBlock.Source b, MatmulSize size) {
        if (copied != number) {
            copied = number;
            block.columns(copy, columns.j, columns.columns, columns.tileVectors);
            block.steps(p, steps);
            packsOnTheWay = block.isPackedByTiles(b);
            if (!packsOnTheWay) {
                pack(b, size);
            } else if (block.columns % block.panelWidth() != 0) {
                block.packLastPanel(b, size, piece);
            }
        }
    }
}
