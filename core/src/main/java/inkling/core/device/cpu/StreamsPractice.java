package inkling.core.device.cpu;

import inkling.core.tensor.PackedMatrix;
import inkling.core.tensor.Tensor;

/// One worker's practice of [PackedStreams]: few columns now and then, until the loops are compiled ([ColdTile]).
final class StreamsPractice {
    private final ColdTile four = new ColdTile(MicroKernel.WIDE);
    private final ColdTile three = new ColdTile(MicroKernel.WIDE);

    /// True once the loop over so many blocks has been compiled.
    boolean isWarm(int blocks) {
        return of(blocks).isWarm();
    }

    /// Practises with the first columns of some blocks, if it is time. Not before the loop over one block is compiled:
    /// the first word shall not wait for it.
    void practise(Tensor x, PackedMatrix weight, int block, int blocks, boolean singleIsWarm) {
        if (singleIsWarm) {
            of(blocks)
                    .practiseAtTimes(
                            x.columns(),
                            (sums, columns) ->
                                    PackedStreams.multiply(sums, x.segment(), 0, weight, block, blocks, columns));
        }
    }

    private ColdTile of(int blocks) {
        return blocks == 4 ? four : three;
    }
}
